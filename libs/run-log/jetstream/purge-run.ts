import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

/** What is deleted: everything under a filter, or only what lies before a sequence, or all but the last so many. */
export type Purge = { readonly filter: string } & ({ readonly seq?: number } | { readonly keep: number });

/** Deletes messages of the stream RUN. Nothing there is no error. */
export async function purgeRun(publisher: Publisher, purge: Purge, doing: string): Promise<void> {
  const answer = await publisher.ask<{ error?: BrokerRefusal }>('$JS.API.STREAM.PURGE.RUN', purge, doing);
  if (answer.error) throw refused(answer.error);
}
