import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { finished, RunScript, scheduled } from '../testing/run-script.js';
import { runFromLog } from './run-from-log.js';
import { taskTree } from './task-tree.js';

function given(): { log: RunLog; script: RunScript; read: () => Promise<ReturnType<typeof runFromLog>> } {
  const log = createMemoryRunLog();
  const runId = flowRunId('r');
  return {
    log,
    script: new RunScript(log, runId),
    read: async () => runFromLog(await log.readRun(runId)),
  };
}

describe('a run read from the log', () => {
  it('is none before its start', async () => {
    expect(await given().read()).toBeUndefined();
  });

  it('is pending, running and completed in turn', async () => {
    const { script, read } = given();
    await script.start();
    expect((await read())?.run).toMatchObject({
      id: 'r',
      flow: 'song',
      status: 'pending',
      tags: ['evening'],
    });
    await script.begin();
    await script.schedule(0);
    expect((await read())?.run).toMatchObject({
      status: 'running',
      version: '1',
      tasks: { total: 1, pending: 1 },
    });
    await script.succeed(0);
    await script.complete({ sung: 1 });
    expect((await read())?.run).toMatchObject({
      status: 'completed',
      result: { sung: 1 },
      tasks: { total: 1, success: 1 },
      taskSuccessRate: 1,
    });
  });

  it('waits while only a timer is open', async () => {
    const { script, read } = given();
    await script.start();
    await script.begin();
    await script.decide({ type: 'TimerScheduled', timerId: 't', kind: 'sleep', step: 0, dueAt: millis(9) });
    expect((await read())?.run.status).toBe('waiting');
  });

  it('says of which task it waits for the next attempt', async () => {
    const { log, script, read } = given();
    const error = { code: 'x/y', message: 'no', disposition: 'retry' as const };
    await script.start();
    await script.begin();
    await script.schedule(1);
    await log.outcome(flowRunId('r'), { ...finished(1), outcome: { status: 'failed', error } });
    await script.decide({
      type: 'TimerScheduled',
      timerId: 'again',
      kind: 'task-retry',
      step: 1,
      dueAt: millis(9),
    });
    expect((await read())?.run).toMatchObject({
      status: 'waiting',
      waitingFor: [{ kind: 'task-retry', name: 'verse', step: 1, dueAt: '1970-01-01T00:00:00.009Z' }],
      waitingForTotal: 1,
    });
  });

  it('is paused, goes on, and is continued by another run', async () => {
    const { script, read } = given();
    const actor = { userId: 'ann', channel: 'ui' } as const;
    await script.start();
    await script.begin();
    await script.decide({ type: 'RunPaused', actor, reason: 'lunch' });
    expect((await read())?.run).toMatchObject({
      status: 'paused',
      pause: { by: actor, reason: 'lunch', at: expect.any(String) },
    });
    await script.decide({ type: 'RunResumed', actor, after: 'pause' });
    expect((await read())?.run).toMatchObject({ status: 'running', pause: null, resumed: { by: actor } });
    await script.decide({
      type: 'FlowContinued',
      nextRunId: flowRunId('r-c2'),
      input: {},
      fedSeq: streamSeq(2),
      state: { verse: 7 },
    });
    expect((await read())?.run).toMatchObject({
      status: 'completed',
      continuedBy: 'r-c2',
      state: { verse: 7 },
    });
  });

  it('fails, is cancelled, halts, and goes on after a halt', async () => {
    const error = { code: 'x/y', message: 'no', disposition: 'terminal' as const, traceback: 'at song.ts:1' };
    const { script, read } = given();
    await script.start();
    await script.begin();
    await script.decide({ type: 'RunHalted', reason: 'poison', error });
    expect((await read())?.run).toMatchObject({ status: 'halted', finishedAt: null });
    await script.schedule(1);
    expect((await read())?.run.status).toBe('running');
    await script.decide({ type: 'FlowFailed', error });
    expect((await read())?.run).toMatchObject({ status: 'failed', error });
  });

  it('is at the attempt that its latest retry has opened', async () => {
    const error = { code: 'x/y', message: 'no', disposition: 'retry' as const };
    const { script, read } = given();
    await script.start();
    await script.begin();
    await script.decide({ type: 'FlowRetried', epoch: 2, fedSeq: streamSeq(2), error });
    expect((await read())?.run).toMatchObject({ status: 'running', attempt: 2, error: { code: 'x/y' } });
  });

  it('counts an outcome of an attempt that is over as nothing', async () => {
    const { log, script, read } = given();
    await script.start();
    await script.begin();
    await script.schedule(0);
    await script.decide({ ...scheduled(0), attempt: 2 } as ReturnType<typeof scheduled>);
    await log.outcome(flowRunId('r'), finished(0));
    expect((await read())?.tasks).toMatchObject([{ status: 'pending', attempt: 2, attempts: [{}, {}] }]);
    await log.outcome(flowRunId('r'), {
      ...finished(0),
      attempt: 2,
      outcome: {
        status: 'failed',
        error: {
          code: 'x/y',
          message: 'no',
          disposition: 'terminal',
          fields: [{ field: 'a', message: 'is wrong' }],
        },
      },
    });
    expect((await read())?.tasks).toMatchObject([
      { status: 'failed', errorCode: 'x/y', errorList: [{ field: 'a' }], durationMs: 250 },
    ]);
  });

  it('shows tasks that were cancelled', async () => {
    const { script, read } = given();
    await script.start();
    await script.begin();
    await script.schedule(0);
    await script.decide(
      { type: 'TasksCancelled', taskRunIds: [taskRunId('task-0')], reason: 'enough' },
      { type: 'FlowCancelled', reason: 'enough' },
    );
    expect(await read()).toMatchObject({
      run: { status: 'cancelled', error: { message: 'enough' }, tasks: { cancelled: 1 } },
      tasks: [{ status: 'cancelled', errorMessage: 'enough' }],
    });
  });
});

it('a call whose parent is not shown stands at the top of the tree', async () => {
  const { script, read } = given();
  await script.start();
  await script.begin();
  await script.schedule(0);
  const [task] = (await read())?.tasks ?? [];
  if (!task) throw new Error('there is no task');
  const tree = taskTree([
    task,
    { ...task, id: 'child', parentTaskRunId: task.id },
    { ...task, id: 'grandchild', parentTaskRunId: 'child' },
    { ...task, id: 'orphan', parentTaskRunId: 'elsewhere' },
  ]);
  expect(tree).toMatchObject([
    { id: 'task-0', children: [{ id: 'child', children: [{ id: 'grandchild' }] }] },
    { id: 'orphan', children: [] },
  ]);
});
