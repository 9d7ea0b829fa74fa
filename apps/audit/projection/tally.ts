import { Logger } from '@nestjs/common';
import type { Position } from '#libs/run-log';

/** What the audit could not do as it should; nothing of it is silent. */
export interface Tallies {
  /** Events taken in. */
  folded: number;
  /** Messages that nobody here can read; they are skipped. */
  undecodable: number;
  /** Outcomes of tasks of which the log has no beginning any more. */
  orphans: number;
  /** Records that the database refused. */
  refused: number;
  /** Direct calls given up as lost. */
  lost: number;
  deadLetters: number;
}

/** Counts and says aloud what goes wrong while the log is folded. */
export class Tally {
  readonly counts: Tallies = { folded: 0, undecodable: 0, orphans: 0, refused: 0, lost: 0, deadLetters: 0 };
  private readonly logger = new Logger('Audit');

  undecodable(position: Position, error: unknown): void {
    this.counts.undecodable++;
    this.logger.error(
      `skipped message ${position.seq} of ${position.stream}, which cannot be read (${sentence(error)}); ` +
        `${this.counts.undecodable} skipped so far`,
    );
  }

  orphan(taskRunId: string, position: Position): void {
    this.counts.orphans++;
    this.logger.warn(
      `message ${position.seq} of ${position.stream} speaks of task run ${taskRunId}, whose beginning is not in the log`,
    );
  }

  refused(collection: string, id: string, reason: string): void {
    this.counts.refused++;
    this.logger.error(`the database refused ${id} of ${collection}: ${reason}`);
  }

  deadLetter(taskRunId: string, operation: string, deliveries: number): void {
    this.counts.deadLetters++;
    this.logger.warn(`${operation} ${taskRunId} is a dead letter after ${deliveries} deliveries`);
  }

  lost(calls: number): void {
    this.counts.lost += calls;
    this.logger.warn(`${calls} direct calls have passed their deadline without an outcome; recorded as lost`);
  }

  /** It passes by itself. */
  trouble(reader: string, error: unknown): void {
    this.logger.warn(`${reader}: ${sentence(error)}`);
  }

  /** Nothing more is folded until a person has looked. */
  halted(projection: string, error: unknown): void {
    this.logger.error(`ALARM: the projection ${projection} has halted: ${sentence(error)}`);
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
