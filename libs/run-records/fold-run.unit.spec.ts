import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '#libs/run-log';
import { streamSeq } from '#libs/run-log';
import { foldRun } from './fold-run.js';
import type { RunRecords } from './fold-run.js';
import {
  cancelled,
  done,
  failure,
  finished,
  flowStarted,
  inRun,
  scheduled,
  startRequested,
} from './testing/events.js';

const given = (...events: RunEvent[]): RunRecords | null =>
  foldRun(events.map((event, index) => inRun(index + 1, event)));

describe('a history folded as a whole', () => {
  it('is nothing before its start', () => {
    expect(given()).toBeNull();
    expect(given(flowStarted, scheduled('t1'))).toBeNull();
  });

  it('becomes the run and its tasks, which know the deployment of their run', () => {
    const records = given(
      startRequested({ deploymentId: 'd1' }),
      flowStarted,
      scheduled('t2'),
      scheduled('t1'),
      finished('t1', done),
      finished('t2', { status: 'failed', error: failure }),
      scheduled('t2', { attempt: 2 }),
    );
    expect(records).toMatchObject({
      run: { status: 'running', lastSeq: 7, tasks: { total: 2, pending: 1, success: 1 } },
      tasks: [
        { _id: 't2', status: 'pending', attempt: 2, deploymentId: 'd1', lastSeq: 7 },
        { _id: 't1', status: 'success', attempt: 1, deploymentId: 'd1', lastSeq: 5 },
      ],
    });
  });

  it('leaves out tasks that keep no record', () => {
    const records = given(
      startRequested(),
      flowStarted,
      scheduled('t1', { createTaskrun: false }),
      finished('t1', done),
    );
    expect(records).toMatchObject({ run: { tasks: { total: 0 } }, tasks: [] });
  });

  it('closes every task that one event cancels', () => {
    const records = given(
      startRequested(),
      flowStarted,
      scheduled('t1'),
      scheduled('t2'),
      cancelled('t1', 't2'),
      { type: 'FlowCancelled', reason: 'enough' },
    );
    expect(records).toMatchObject({
      run: { status: 'cancelled', tasks: { cancelled: 2 } },
      tasks: [{ status: 'cancelled' }, { status: 'cancelled' }],
    });
  });

  it('has the attempt of its latest epoch', () => {
    const retried = (epoch: number) =>
      ({ type: 'FlowRetried', epoch, fedSeq: streamSeq(2), error: failure }) as const;
    expect(given(startRequested(), flowStarted, retried(2), retried(3))?.run.attempt).toBe(3);
  });
});
