import path from 'node:path';
import type { Command } from 'commander';
import type { DailyJobHuntFlowResult, JobSummaryDto, TaskRunDto } from '#libs/contracts';
import type { CaughtMail } from '#apps/applier';
import { awaitRecords } from '../commands/await-records.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { FlowRunTree, RunEnd, StartedRun } from '../gateway/resources.js';
import type { Platform } from '../platform/platform.js';
import { followRun } from '../runs/follow-run.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { count } from '../terminal/format.js';
import { decide, type Decided } from './decide.js';
import { applicationLines, heading, jobLines, mailLines, runLines } from './report.js';
import { importSampleProfile, SAMPLE_RESUME } from './sample-profile.js';
import { saveDocuments } from './save-documents.js';

const FLOW = 'daily_job_hunt';
const HUNT = {
  keywords: ['typescript', 'engineer', 'entwickler'],
  limit: 10,
  matchThreshold: 0.7,
  top: 3,
};

/** What a demo gives to programs. */
interface Report {
  readonly jobs: readonly JobSummaryDto[];
  readonly hunt: DailyJobHuntFlowResult;
  readonly documents: { readonly folder: string; readonly files: readonly string[] };
  readonly decision: (Decided & { readonly applicationId: string }) | null;
  readonly mails: readonly CaughtMail[];
  readonly run: FlowRunTree;
  readonly taskRuns: readonly TaskRunDto[];
}

/**
 * Runs the whole hunt for the sample profile: search, match, documents, the approval of one application, its mail, and
 * what the audit has recorded of all that. False when it was interrupted. Throws FailedError where it comes to nothing.
 */
export async function hunt(
  session: Session,
  command: Command,
  { url, key, mail }: Platform,
  { root, home }: { readonly root: string; readonly home: string },
): Promise<boolean> {
  const { terminal } = session;
  const gateway = new GatewayClient(url, undefined, key);
  const say = (text: string): void => session.remark(command, text);

  say(heading(terminal, 2, `The profile of a sample applicant, ${SAMPLE_RESUME}`));
  say((await importSampleProfile(gateway, root)).message);

  say(heading(terminal, 3, `The flow ${FLOW}: ${HUNT.keywords.join(', ')}`));
  const { runId, flow } = await gateway.post<StartedRun>(`/workflows/${FLOW}`, HUNT);
  const quietOutput = session.wantsJson(command);
  const { end } = await followRun({ gateway, terminal, runId, flow, quietOutput });
  if (end === undefined) return false;
  const found = resultOf(end);
  // The demo's home is new, so all jobs in it are from this hunt.
  const { items: jobs } = await gateway.list<JobSummaryDto>('/jobs', { sort: '-lastSeenAt' }, 2_000);
  say(
    heading(terminal, 4, `${count(found.jobsScraped, 'job')} found, ${found.highMatches} of them fit well`),
  );
  say(jobLines(jobs, session));

  const folder = path.join(home, 'documents');
  const saved = await saveDocuments(gateway, found.applications, folder);
  say(heading(terminal, 5, `Documents for the best ${saved.length}, in ${folder}`));
  say(applicationLines(found.applications, saved, terminal));

  const asked = new Set(
    found.applications.flatMap((one) => (one.status === 'waiting' ? [one.applicationId] : [])),
  );
  const waiting = saved.filter(({ application }) => asked.has(application.id));
  const shown = waiting.find(({ application }) => application.channel === 'email') ?? waiting[0];
  let decision: Report['decision'] = null;
  if (shown !== undefined) {
    const { id, title, company } = shown.application;
    say(heading(terminal, 6, `An application waits for your word: ${title} at ${company}`));
    const decided = await decide(session, command, gateway, shown.application);
    if (decided.end === undefined) return false;
    decision = { ...decided, applicationId: id };
  }
  const mails = mail?.mails ?? [];
  say(heading(terminal, 7, `${count(mails.length, 'mail')} went out, to the mail catcher`));
  say(mailLines(mails, terminal));

  const run = await gateway.get<FlowRunTree>(`/flow-runs/${encodeURIComponent(runId)}`);
  const taskRuns = await awaitRecords(gateway, run);
  const files = saved.flatMap((one) => one.files.map(({ file }) => file));
  const report: Report = {
    ...{ jobs, hunt: found, documents: { folder, files }, decision, mails, run, taskRuns },
  };
  session.answer(command, report, () => runLines(run, taskRuns, session));
  return true;
}

function resultOf({ status, result, error }: RunEnd): DailyJobHuntFlowResult {
  const hunted = result as DailyJobHuntFlowResult | null;
  if (status === 'completed' && hunted?.success === true) return hunted;
  const why = error?.message ?? hunted?.reason ?? 'no reason given';
  throw new FailedError(
    `the demo’s hunt came to nothing: the run ${status}: ${why}`,
    'without --live it asks the bundled boards, which always have some jobs',
  );
}
