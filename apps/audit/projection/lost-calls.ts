import { Logger } from '@nestjs/common';
import type { mongo } from 'mongoose';
import { repeatWhileAway } from '#libs/mongo';
import { lostCall } from '#libs/run-records';
import type { TaskRunRecord } from '#libs/run-records';
import type { Clock } from './clock.js';
import type { Tally } from './tally.js';

const PIECE = 500;

/** Up to which instant the outcomes of direct calls are known: the log is folded that far. */
export type KnownUntil = () => Promise<number>;

/**
 * Records direct calls as lost when they have passed their deadline without an outcome. It looks only as far as
 * the calls are folded, so that an outcome that merely waits to be folded is not taken for missing.
 */
export async function recordLostCalls(
  taskRuns: mongo.Collection<TaskRunRecord>,
  until: number,
  tally: Tally,
): Promise<number> {
  let lost = 0;
  for (;;) {
    const late = await taskRuns
      .find({ deadline: { $lt: new Date(until), $type: 'date' } }, { projection: LOOKED_AT })
      .limit(PIECE)
      .toArray();
    if (late.length === 0) break;
    const { modifiedCount } = await taskRuns.bulkWrite(
      late.map((record) => ({
        updateOne: {
          filter: { _id: record._id, deadline: record.deadline },
          update: { $set: lostCall(record) },
        },
      })),
      { ordered: false },
    );
    lost += modifiedCount;
  }
  if (lost > 0) tally.lost(lost);
  return lost;
}

const LOOKED_AT = { deadline: 1, startedAt: 1, attempts: 1 };

/** Looks for lost calls over and over until it is closed. */
export class LostCallsWatch {
  private readonly stopping = new AbortController();
  private readonly logger = new Logger('Audit');
  private running: Promise<void> | undefined;

  constructor(
    private readonly taskRuns: mongo.Collection<TaskRunRecord>,
    private readonly knownUntil: KnownUntil,
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly tally: Tally,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  async look(): Promise<number> {
    return recordLostCalls(this.taskRuns, await this.knownUntil(), this.tally);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const log = {
      info: (line: string) => this.logger.log(line),
      warn: (line: string) => this.logger.warn(line),
    };
    while (!signal.aborted) {
      try {
        await this.clock.sleep(this.everyMs, signal);
        await repeatWhileAway('lost calls', () => this.look(), {
          signal,
          log,
          sleep: (ms, stop) => this.clock.sleep(ms, stop),
        });
      } catch (error) {
        if (!signal.aborted) this.logger.error(`looking for lost calls failed: ${String(error)}`);
      }
    }
  }
}
