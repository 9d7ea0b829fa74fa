import type { HuntApplication, JobSummaryDto, TaskRunDto } from '#libs/contracts';
import type { CaughtMail } from '#apps/applier';
import { drawJobs } from '../commands/jobs.js';
import { drawTaskRuns } from '../commands/task-run.js';
import type { FlowRunTree } from '../gateway/resources.js';
import { drawTree } from '../runs/tree.js';
import { nodeOfRecord } from '../runs/tree-nodes.js';
import type { Session } from '../session.js';
import { count } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import type { SavedApplication } from './save-documents.js';

const MOST_JOBS = 15;

export const heading = (terminal: Terminal, number: number, text: string): string =>
  terminal.style('bold', `\n${number}  ${oneLine(text)}`);

export function jobLines(jobs: readonly JobSummaryDto[], session: Session): string {
  const more = jobs.length > MOST_JOBS ? `\n… and ${jobs.length - MOST_JOBS} more` : '';
  return jobs.length === 0 ? 'none' : drawJobs(jobs.slice(0, MOST_JOBS), session) + more;
}

/** Draws the best jobs, what became of each, and the files that were written for them. */
export function applicationLines(
  applications: readonly HuntApplication[],
  saved: readonly SavedApplication[],
  terminal: Terminal,
): string {
  const jobs = table(
    [
      { head: 'SCORE', value: ({ score }) => score.toFixed(2), align: 'right' },
      { head: 'TITLE', value: ({ title }) => title, shrink: true, max: 50 },
      { head: 'COMPANY', value: ({ company }) => company, shrink: true, max: 30 },
      { head: 'STATUS', value: ({ status }) => status },
      { head: 'APPLICATION', value: ({ applicationId }) => applicationId },
      { head: 'ERROR', value: ({ error }) => error?.message, shrink: true, max: 60 },
    ],
    applications,
    terminal,
  );
  const files = saved.flatMap((one) => one.files.map(({ file }) => `  ${file}`));
  return [jobs, ...files].join('\n');
}

export function mailLines(mails: readonly CaughtMail[], terminal: Terminal): string {
  if (mails.length === 0) return 'none';
  return table(
    [
      { head: 'FROM', value: ({ from }) => from },
      { head: 'TO', value: ({ to }) => to.join(', ') },
      { head: 'BYTES', value: ({ bytes }) => bytes, align: 'right' },
      { head: 'FILE', value: ({ file }) => file },
    ],
    mails,
    terminal,
  );
}

export function runLines(run: FlowRunTree, taskRuns: readonly TaskRunDto[], session: Session): string {
  const { terminal } = session;
  return [
    heading(terminal, 8, 'The run and its tasks'),
    drawTree(nodeOfRecord(run), terminal),
    heading(terminal, 9, `The audit’s records: ${count(taskRuns.length, 'TaskRun')}`),
    drawTaskRuns(taskRuns, session),
  ].join('\n');
}
