import { describe, expect, it } from '@jest/globals';
import { GetJob, JobStatus, UpdateJob } from '#libs/contracts';
import { TerminalError } from '#libs/operations';
import { markApplied, markNotApplied } from './mark-jobs.js';
import type { Marking } from './mark-jobs.js';

interface Played {
  readonly run: Marking;
  /** Each change, as it was asked for. */
  readonly changes: unknown[];
  readonly errors: { readonly item: string; readonly message: string }[];
}

type Job = { readonly status: JobStatus; readonly testMode: boolean };
const never = (): Promise<never> => new Promise(() => undefined);

function play(
  jobs: Readonly<Record<string, Job>>,
  update: () => Promise<unknown> = async () => ({}),
  signal = new AbortController().signal,
): Played {
  const changes: unknown[] = [];
  const errors: Played['errors'] = [];
  const call = async (contract: unknown, input: { jobId: string }): Promise<unknown> => {
    const job = jobs[input.jobId];
    if (!job) throw new TerminalError('jobs/not-found', `there is no job ${input.jobId}`);
    if (contract === GetJob) return job;
    if (contract !== UpdateJob) throw new Error('asked for something else');
    changes.push(input);
    return update();
  };
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const itemError: Marking['itemError'] = ({ item, message }) => void errors.push({ item, message });
  return { run: { call: call as Marking['call'], signal, log, itemError }, changes, errors };
}

const opening = (identities: string[], testMode = false) => ({ _id: 'app_1', identities, testMode });
const job = (status: JobStatus, testMode = false): Job => ({ status, testMode });

describe('an opening that is applied to', () => {
  it('is so in all of its postings, and none that says so already is changed', async () => {
    const { run, changes, errors } = play({ a: job('new'), b: job('interesting'), c: job('applied') });
    await markApplied(opening(['a', 'b', 'c']), run);
    expect(changes).toEqual(['a', 'b'].map((jobId) => ({ jobId, changes: { status: JobStatus.applied } })));
    expect(errors).toEqual([]);
  });

  it('goes back to interesting where nothing is handed in, and only from applied', async () => {
    const { run, changes } = play({ a: job('applied'), b: job('archived') });
    await markNotApplied(opening(['a', 'b']), run);
    expect(changes).toEqual([{ jobId: 'a', changes: { status: JobStatus.interesting } }]);
  });

  it('leaves the jobs of the real hunt alone in test mode', async () => {
    const { run, changes } = play({ real: job('new'), test: job('new', true) });
    await markApplied(opening(['real', 'test'], true), run);
    expect(changes).toMatchObject([{ jobId: 'test' }]);
  });
});

describe('what cannot be marked', () => {
  it('is an item error, and the other postings are marked all the same', async () => {
    const { run, changes, errors } = play({ b: job('new') });
    await markApplied(opening(['gone', 'b']), run);
    expect(changes).toMatchObject([{ jobId: 'b' }]);
    expect(errors).toEqual([
      { item: 'gone', message: 'the status of job gone could not be changed: there is no job gone' },
    ]);
  });

  it('is not waited for where nobody answers', async () => {
    const { run, errors } = play({ a: job('new') }, never);
    await markApplied(opening(['a']), run, 1);
    expect(errors).toMatchObject([{ item: 'a', message: expect.stringContaining('no answer within 1 ms') }]);
  });

  it('is given up at once when the work is called off, before or meanwhile', async () => {
    const stop = new AbortController();
    let said = (): void => undefined;
    const asked = new Promise<void>((resolve) => (said = resolve));
    const { run, errors } = play(
      { a: job('new') },
      () => {
        said();
        return never();
      },
      stop.signal,
    );
    const marking = markApplied(opening(['a']), run);
    await asked;
    stop.abort(new Error('called off'));
    await marking;
    await markApplied(opening(['a']), run);
    expect(errors.map(({ message }) => message)).toEqual([
      'the status of job a could not be changed: called off',
      'the status of job a could not be changed: called off',
    ]);
  });
});
