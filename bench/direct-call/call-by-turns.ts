import type { NatsConnection } from '@nats-io/transport-node';
import type { OperationClient } from '#libs/operations';
import { BARE_ECHO } from '../bare-loop/bare-replies.js';
import { Echo } from '../no-op/echo.contract.js';

interface Callers {
  readonly client: OperationClient;
  readonly connection: NatsConnection;
  readonly text: string;
}

/** Milliseconds of each call, from the request to the answer. */
export interface CallTimes {
  readonly ours: readonly number[];
  /** A bare request and reply. */
  readonly plain: readonly number[];
  /** The same, answered once one message is stored. */
  readonly durable: readonly number[];
}

/** Calls the operation and its two bare versions in turn, one at a time. */
export async function callByTurns({ client, connection, text }: Callers, times: number): Promise<CallTimes> {
  const bare = async (subject: string): Promise<void> => {
    const reply = await connection.request(subject, JSON.stringify({ text }), { timeout: 5_000 });
    reply.json();
  };
  const taken: Record<keyof CallTimes, number[]> = { ours: [], plain: [], durable: [] };
  const timed = async (side: keyof CallTimes, call: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    await call();
    taken[side].push(performance.now() - begun);
  };
  const actor = { userId: 'bench', channel: 'api' } as const;
  for (let nth = 0; nth < times; nth++) {
    await timed('ours', () => client.call(Echo, { text }, { actor }));
    await timed('plain', () => bare(BARE_ECHO.plain));
    await timed('durable', () => bare(BARE_ECHO.durable));
  }
  return taken;
}
