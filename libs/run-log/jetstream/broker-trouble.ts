import type { NatsConnection } from '@nats-io/transport-node';

/** How long the broker may take to answer before it counts as away, in milliseconds. */
const ANSWER_MS = 1_500;

/** Asks the broker whether it is there, and tells in a sentence why it is not; nothing where it is. Never throws. */
export async function brokerTrouble(connection: NatsConnection): Promise<string | undefined> {
  if (connection.isClosed()) return 'the connection to the broker is closed';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`the broker did not answer within ${ANSWER_MS} ms`), ANSWER_MS);
  });
  const asked = connection.rtt().then(
    () => undefined,
    (error: unknown) =>
      `the broker cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
