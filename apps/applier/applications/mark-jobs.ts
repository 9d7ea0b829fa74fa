import { GetJob, JobStatus, UpdateJob } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import type { Application } from './application.schema.js';

/**
 * No answer waits for the jobs any longer than this, in milliseconds: while it waits, a crash would leave open whether
 * what was sent was sent.
 */
const PATIENCE_MS = 1_000;

/** Of one posting: the status that it is to have, null to leave it as it is. */
type Wish = (status: JobStatus) => JobStatus | null;

const toApplied: Wish = (status) => (status === JobStatus.applied ? null : JobStatus.applied);
const backFromApplied: Wish = (status) => (status === JobStatus.applied ? JobStatus.interesting : null);

export type Opening = Pick<Application, '_id' | 'identities' | 'testMode'>;
export type Marking = Pick<OperationRun, 'call' | 'signal' | 'log' | 'itemError'>;

/**
 * Says of all postings of an opening that it is applied to, so that it is matched no more. What happened to the
 * application has happened: this never throws, and what could not be marked is an item error of the record. A job of
 * the person's real hunt stays as it is where the application was made in test mode.
 */
export const markApplied = (opening: Opening, run: Marking, patienceMs = PATIENCE_MS): Promise<void> =>
  mark(opening, run, toApplied, patienceMs);

/** Takes back what `markApplied` said, where nothing is handed in after all. Never throws either. */
export const markNotApplied = (opening: Opening, run: Marking, patienceMs = PATIENCE_MS): Promise<void> =>
  mark(opening, run, backFromApplied, patienceMs);

async function mark(opening: Opening, run: Marking, wish: Wish, patienceMs: number): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  const stop = AbortSignal.any([run.signal, patience.signal]);
  try {
    await Promise.all(
      opening.identities.map((jobId) =>
        unlessStopped(markOne(jobId, opening.testMode, wish, run), stop).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          const message = `the status of job ${jobId} could not be changed: ${why}`;
          run.itemError({ item: jobId, message, code: 'applier/job-not-marked' });
          run.log.warn(`application ${opening._id}: ${message}`);
        }),
      ),
    );
  } finally {
    clearTimeout(timer);
  }
}

async function markOne(jobId: string, testMode: boolean, wish: Wish, run: Marking): Promise<void> {
  const job = await run.call(GetJob, { jobId });
  const status = wish(job.status);
  if (status === null || (testMode && !job.testMode)) return;
  await run.call(UpdateJob, { jobId, changes: { status } });
}

function unlessStopped(work: Promise<void>, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(stop.reason as Error);
    if (stop.aborted) stopped();
    else stop.addEventListener('abort', stopped, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', stopped));
  });
}
