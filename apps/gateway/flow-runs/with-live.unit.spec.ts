import { expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import type { FlowRunDto, TaskRunDto } from '#libs/contracts';
import { RunScript } from '../testing/run-script.js';
import { runFromLog } from './run-from-log.js';
import { runWithCounts, taskWithLive } from './with-live.js';

const at = '2030-01-01T00:00:00.000Z';

async function given(): Promise<{ run: FlowRunDto; task: TaskRunDto }> {
  const log = createMemoryRunLog();
  const runId = flowRunId('r');
  const script = new RunScript(log, runId);
  await script.start();
  await script.begin();
  await script.schedule(0);
  const found = runFromLog(await log.readRun(runId));
  const [task] = found?.tasks ?? [];
  if (!found || !task) throw new Error('the run has no task');
  return { run: found.run, task };
}

it('shows a start that the audit has heard of before it has folded the task', async () => {
  const { run, task } = await given();
  const progress = { done: 1, total: 2 };
  const placeholder: TaskRunDto = {
    ...task,
    lastSeq: 0,
    taskName: null,
    inputDump: null,
    status: 'running',
    startedAt: at,
    progress,
  };
  const shown = taskWithLive(task, placeholder);
  expect(shown).toEqual({ ...task, status: 'running', startedAt: at, progress });
  expect(runWithCounts(run, [shown]).tasks).toMatchObject({ total: 1, pending: 0, running: 1 });
});

it('shows a record that holds as much of the log as it is', async () => {
  const { task } = await given();
  const record: TaskRunDto = { ...task, status: 'running', progress: { done: 1 } };
  expect(taskWithLive(task, record)).toBe(record);
  expect(taskWithLive(task, undefined)).toBe(task);
});

it('shows no start of an attempt that is over', async () => {
  const { task } = await given();
  const record: TaskRunDto = { ...task, status: 'running', startedAt: at };
  const retried: TaskRunDto = { ...task, lastSeq: task.lastSeq + 2, attempt: 2 };
  expect(taskWithLive(retried, record)).toBe(retried);
  const ended: TaskRunDto = { ...task, lastSeq: task.lastSeq + 1, status: 'success' };
  expect(taskWithLive(ended, record)).toBe(ended);
});
