import { millis, streamSeq } from '#libs/run-log';
import type { FlowRunId, RunEvent, StoredInRun, TaskRunId } from '#libs/run-log';

export interface SyntheticRuns {
  readonly runs: number;
  /** Tasks of each run, one after the other. */
  readonly steps: number;
  /** How many runs are under way at a time; their events come by turns. */
  readonly parallel: number;
  /** Characters of each task's input. */
  readonly payload: number;
}

/** Makes the events of many like runs as the stream RUN would hold them, to measure folds by. */
export function* syntheticRuns({
  runs,
  steps,
  parallel,
  payload,
}: SyntheticRuns): Generator<StoredInRun<RunEvent>> {
  const actor = { userId: 'local', channel: 'api' } as const;
  const input = { text: 'x'.repeat(payload) };
  const begin = Date.UTC(2030, 0, 1);
  let seq = 0;
  const store = (runId: string, event: RunEvent): StoredInRun<RunEvent> => ({
    event,
    runId: runId as FlowRunId,
    position: { stream: 'RUN', epoch: 'synthetic', seq: streamSeq(++seq) },
    time: millis(begin + seq),
    trace: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  });
  for (let first = 0; first < runs; first += parallel) {
    const ids = Array.from({ length: Math.min(parallel, runs - first) }, (_, nth) => `run-${first + nth}`);
    for (const id of ids)
      yield store(id, {
        type: 'StartRequested',
        flow: 'synthetic',
        input,
        inputHash: id,
        actor,
        flags: {},
        tags: ['synthetic'],
      });
    for (const id of ids) yield store(id, { type: 'FlowStarted', flow: 'synthetic', version: '1', tags: [] });
    for (let step = 0; step < steps; step++) {
      const taskIds = ids.map((id) => `${id}-${step}` as TaskRunId);
      for (const [nth, id] of ids.entries())
        yield store(id, {
          type: 'TaskScheduled',
          step,
          task: `step_${step}`,
          attempt: 1,
          lane: 'normal',
          execution: 'at-least-once',
          reuseKey: String(step),
          taskRunId: taskIds[nth]!,
          service: 'synthetic',
          operation: `operation_${step % 5}`,
          contractVersion: 1,
          input,
          actor,
          flags: {},
          tags: ['synthetic'],
          idempotencyKey: `${id}/${step}`,
          createTaskrun: true,
        });
      for (const [nth, id] of ids.entries())
        yield store(id, {
          type: 'TaskFinished',
          taskRunId: taskIds[nth]!,
          attempt: 1,
          operation: `operation_${step % 5}`,
          startedAt: millis(begin + seq),
          finishedAt: millis(begin + seq + (nth % 97)),
          deliveries: 1,
          by: 'synthetic',
          outcome: { status: 'success', result: { done: true } },
        });
    }
    for (const id of ids) yield store(id, { type: 'FlowCompleted', result: { done: steps } });
  }
}
