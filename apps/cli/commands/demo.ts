import path from 'node:path';
import type { Command } from 'commander';
import type { JobSummaryDto, TaskRunDto } from '#libs/contracts';
import type { Folders } from '#libs/local-stack';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { FlowRunTree, RunEnd, StartedRun } from '../gateway/resources.js';
import { readInstance } from '../platform/instance.js';
import { HOST, type Platform, startPlatform } from '../platform/platform.js';
import { isPortFree } from '../platform/port-holder.js';
import { followRun } from '../runs/follow-run.js';
import { drawTree } from '../runs/tree.js';
import { nodeOfRecord } from '../runs/tree-nodes.js';
import { DEFAULT_PORT, type Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count, duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { productVersion } from '../version.js';
import { awaitRecords } from './await-records.js';
import { drawJobs } from './jobs.js';
import { examples } from './list-options.js';
import { drawTaskRuns } from './task-run.js';

const FLOW = 'scrape_jobs';
const SEARCH = { keywords: ['engineer', 'typescript'], limit: 5 };
const ROWS = 25;

export function addDemoCommand(program: Command, session: Session): void {
  examples(
    program
      .command('demo')
      .description(
        'Start everything, search several sources, show what was found and recorded, stop everything',
      )
      .option('--live', 'ask the real public boards instead of the bundled ones')
      .action((options: { live?: boolean }, command: Command) =>
        demo(session, options.live ?? false, command),
      ),
    'demo',
    'demo --live',
  );
}

async function demo(session: Session, live: boolean, command: Command): Promise<void> {
  const { terminal } = session;
  const folders = await ownFolders(session, command);
  let interrupted = false;
  const release = terminal.onInterrupt(() => {
    interrupted = true;
    terminal.note('Stopping.');
  });
  const port = (await isPortFree(DEFAULT_PORT, HOST)) ? DEFAULT_PORT : 0;
  if (port === 0) session.remark(command, `port ${DEFAULT_PORT} is taken, so a free one is used`);
  heading(session, command, '1', 'Broker, database and services');
  try {
    const platform = await startPlatform({
      folders,
      env: terminal.env,
      version: productVersion(folders.root),
      port,
      fixtures: !live,
      say: (line) => session.remark(command, terminal.style('dim', line)),
      onTrouble: (service, message) => terminal.note(`${service}: ${oneLine(message)}`),
    });
    try {
      session.remark(command, `ready in ${duration(platform.readyMs)}: ${platform.url}`);
      const done = !interrupted && (await search(session, command, platform));
      if (!done) session.exitCode = ExitCode.interrupted;
    } finally {
      for (const problem of await platform.close()) terminal.note(`Not stopped cleanly: ${problem}`);
    }
  } finally {
    release();
  }
  if (session.exitCode === ExitCode.ok) session.remark(command, nextSteps(session, folders));
}

/** Searches, shows and judges; false when it was interrupted. */
async function search(session: Session, command: Command, { url }: Platform): Promise<boolean> {
  const { terminal } = session;
  const gateway = new GatewayClient(url);
  heading(session, command, '2', `The flow ${FLOW}: ${SEARCH.keywords.join(', ')}`);
  const { runId, flow } = await gateway.post<StartedRun>(`/workflows/${FLOW}`, SEARCH);
  const { end } = await followRun({
    gateway,
    terminal,
    runId,
    flow,
    quietOutput: session.wantsJson(command),
  });
  if (end === undefined) return false;

  const [jobs, run] = await Promise.all([
    jobsOf(gateway, end),
    gateway.get<FlowRunTree>(`/flow-runs/${encodeURIComponent(runId)}`),
  ]);
  const taskRuns = await awaitRecords(gateway, run);
  session.answer(command, { jobs, run, taskRuns }, () => report(session, jobs, run, taskRuns));
  if (jobs.length === 0) {
    throw new FailedError(
      `the demo found no jobs: the run ${end.status}${end.error ? `: ${end.error.message}` : ''}`,
      'without --live it asks the bundled boards, which always have some',
    );
  }
  if (end.status !== 'completed') session.exitCode = ExitCode.failed;
  return true;
}

async function jobsOf(gateway: GatewayClient, { result }: RunEnd): Promise<JobSummaryDto[]> {
  const { jobIds = [] } = (result ?? {}) as { jobIds?: readonly string[] };
  const wanted = new Set(jobIds);
  const { items } = await gateway.list<JobSummaryDto>('/jobs', { sort: '-lastSeenAt' }, 2_000);
  return items.filter(({ id }) => wanted.has(id));
}

function report(
  session: Session,
  jobs: readonly JobSummaryDto[],
  run: FlowRunTree,
  taskRuns: readonly TaskRunDto[],
): string {
  const { terminal } = session;
  const title = (number: string, text: string): string => terminal.style('bold', `\n${number}  ${text}`);
  const more = jobs.length > ROWS ? `\n… and ${jobs.length - ROWS} more` : '';
  return [
    title('3', `${count(jobs.length, 'job')} found`),
    jobs.length === 0 ? 'none' : drawJobs(jobs.slice(0, ROWS), session) + more,
    title('4', 'The run and its tasks'),
    drawTree(nodeOfRecord(run), terminal),
    title('5', `The audit’s records: ${count(taskRuns.length, 'TaskRun')}`),
    drawTaskRuns(taskRuns, session),
  ].join('\n');
}

function heading(session: Session, command: Command, number: string, text: string): void {
  session.remark(command, session.terminal.style('bold', `\n${number}  ${text}`));
}

// The services of a running JobHunter would take the demo's work and ask the real boards.
async function ownFolders(session: Session, command: Command): Promise<Folders> {
  const folders = session.folders();
  const running = await readInstance(folders.home);
  if (running === undefined) return folders;
  const home = path.join(folders.home, 'demo');
  session.remark(
    command,
    `JobHunter runs already at ${running.url}, so the demo keeps its data apart in ${home}`,
  );
  return { ...folders, home };
}

function nextSteps({ terminal }: Session, { home }: Folders): string {
  const dim = (text: string): string => terminal.style('dim', text);
  return [
    terminal.style('bold', '\nEverything is stopped; what was found is kept. Try next'),
    `  npx jobhunter up --detach                                 ${dim('the same for real, in the background')}`,
    `  npx jobhunter flow run scrape_jobs --keywords python      ${dim('a search of your own, watched live')}`,
    `  npx jobhunter jobs ls                                     ${dim('all jobs found so far')}`,
    `  npx jobhunter stats                                       ${dim('success rates and durations')}`,
    `  http://${HOST}:${DEFAULT_PORT}/docs                                ${dim('the REST API, once `up` runs')}`,
    `  npx jobhunter down                                        ${dim('stops it')}`,
    dim(`Data and logs lie in ${home}; npx jobhunter reset shows how to start over.`),
  ].join('\n');
}
