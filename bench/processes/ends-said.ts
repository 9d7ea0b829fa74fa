import type { NatsConnection } from '@nats-io/transport-node';

const SUBJECT = 'bench-ended';

/** Tells the other processes of the bench that a run has ended; costs less than to have them follow the log. */
export const sayEnded = (connection: NatsConnection, runId: string): void =>
  connection.publish(`${SUBJECT}.${runId}`);

/** Hears of the ends of runs; gives a function that waits for one. */
export async function hearEnds(connection: NatsConnection): Promise<(runId: string) => Promise<void>> {
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  connection.subscribe(`${SUBJECT}.*`, {
    callback: (_error, { subject }) => {
      const runId = subject.slice(SUBJECT.length + 1);
      const resolve = waiting.get(runId);
      if (resolve) resolve();
      else ended.add(runId);
      waiting.delete(runId);
    },
  });
  await connection.flush();
  return async (runId) => {
    if (!ended.delete(runId)) await new Promise<void>((resolve) => waiting.set(runId, resolve));
  };
}
