import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { ensureIndexesOf } from './ensure-indexes.js';
import type { MongoKeeper } from './mongo-keeper.js';
import { repeatWhileAway } from './while-away.js';
import type { Patience } from './while-away.js';

const sleep: Patience['sleep'] = (ms, signal) => wait(ms, undefined, { signal });

/**
 * Makes the indexes of an app's models at the first connection, model by model and for as long as it takes: one
 * that is refused does not keep the others from theirs. The app takes work meanwhile.
 */
@Injectable()
export class IndexMaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private making: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly keeper: Pick<MongoKeeper, 'connected'>,
    private readonly patience: Pick<Patience, 'sleep' | 'log'> = { sleep, log: asLog(new Logger('Mongo')) },
  ) {}

  /** Resolves when every model has had its turn, or the app ends before. Never rejects. */
  get done(): Promise<void> {
    return this.making;
  }

  onApplicationBootstrap(): void {
    this.making = this.keeper.connected.then(
      () => this.makeAll(),
      () => undefined,
    );
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async makeAll(): Promise<void> {
    const { signal } = this.stopping;
    const { log } = this.patience;
    for (const { collection, schema } of Object.values(this.connection.models)) {
      const what = `the indexes of ${collection.collectionName}`;
      const make = () => ensureIndexesOf(this.connection, collection.collectionName, schema, log);
      try {
        await repeatWhileAway(what, make, { ...this.patience, signal });
      } catch (error) {
        if (signal.aborted) return;
        log.warn(`${what} are not made: ${String(error)}`);
      }
    }
  }
}

function asLog(logger: Logger): Patience['log'] {
  return { info: (line) => logger.log(line), warn: (line) => logger.warn(line) };
}
