import { openSync, writeSync } from 'node:fs';
import type { OperationRun } from '#libs/operations';

/** What happened, as the operations themselves have written it down. */
export interface LedgerLine {
  /** An execution began, or an effect that counts was taken. */
  readonly kind: 'begin' | 'effect';
  readonly operation: string;
  readonly label: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly pid: number;
  /** Milliseconds of Unix time. */
  readonly at: number;
}

/**
 * Writes to a file that all services of the harness append to. A line is one write to a file opened for appending, so
 * lines of several processes never mix, and what was written outlives the process whatever ends it.
 */
export class Ledger {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  write(kind: LedgerLine['kind'], label: string, run: OperationRun): void {
    const line: LedgerLine = {
      kind,
      operation: run.contract.name,
      label,
      taskRunId: run.taskRunId,
      attempt: run.attempt,
      idempotencyKey: run.idempotencyKey,
      pid: process.pid,
      at: Date.now(),
    };
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
