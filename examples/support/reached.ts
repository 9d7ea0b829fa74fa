import type { FlowRunId, RunEvent, RunLog, StreamSeq } from '#libs/run-log';

/** Resolves with the first event of a type in a run's history, now or as soon as it is there. */
export async function reached<T extends RunEvent['type']>(
  log: RunLog,
  runId: FlowRunId,
  type: T,
): Promise<Extract<RunEvent, { type: T }>> {
  type Wanted = Extract<RunEvent, { type: T }>;
  let found: (event: Wanted) => void = () => undefined;
  const event = new Promise<Wanted>((resolve) => (found = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: 1 as StreamSeq }, (stored) => {
    if (stored.event.type === type) found(stored.event as Wanted);
  });
  try {
    return await event;
  } finally {
    await viewer.close();
  }
}
