import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { ConnectionKeeper } from './keep-connecting.js';

/** Lets the rest of the app wait for the database, and stops waiting when the app ends. */
export class MongoKeeper implements BeforeApplicationShutdown {
  constructor(private readonly keeper: ConnectionKeeper) {}

  /** Resolves at the first connection; rejects when the app ends before. */
  get connected(): Promise<void> {
    return this.keeper.connected;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper.stop();
  }
}
