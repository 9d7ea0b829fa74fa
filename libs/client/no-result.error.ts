import { fromErrorRecord } from '#libs/operations';
import { PlatformError, type ErrorRecord } from '#libs/run-log';

/** How a run came to rest without a result. */
export type NoResult =
  | { readonly status: 'failed' | 'halted'; readonly error: ErrorRecord }
  | { readonly status: 'cancelled'; readonly reason?: string };

const CODES = {
  failed: 'flow/run-failed',
  halted: 'flow/run-halted',
  cancelled: 'flow/run-cancelled',
} as const;

/** A run was awaited that has no result: it failed, was cancelled, or halted until a person has seen to it. */
export class NoResultError extends PlatformError {
  readonly code: (typeof CODES)[keyof typeof CODES];
  readonly disposition: 'terminal' | 'halt';
  readonly status: NoResult['status'];
  /** What it failed or halted with. */
  readonly record: ErrorRecord | undefined;

  constructor(
    readonly runId: string,
    end: NoResult,
  ) {
    const record = end.status === 'cancelled' ? undefined : end.error;
    super(sentenceOf(runId, end), record === undefined ? {} : { cause: fromErrorRecord(record) });
    this.status = end.status;
    this.record = record;
    this.code = CODES[end.status];
    this.disposition = end.status === 'halted' ? 'halt' : 'terminal';
  }
}

function sentenceOf(runId: string, end: NoResult): string {
  switch (end.status) {
    case 'failed':
      return `run ${runId} failed: ${end.error.message} (${end.error.code})`;
    case 'halted':
      return `run ${runId} is halted and waits for a person: ${end.error.message} (${end.error.code})`;
    case 'cancelled':
      return `run ${runId} was cancelled${end.reason ? `: ${end.reason}` : ''}`;
  }
}
