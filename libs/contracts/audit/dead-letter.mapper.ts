import type { Actor, RunFlags } from '#libs/run-log';
import { fromText, who } from '#libs/run-records';
import type { StoredError } from '#libs/run-records';
import type { DeadLetterDto, DeadLetterStatus } from './dead-letters.contract.js';
import { iso } from './task-run.mapper.js';

/** A dead letter as it is kept. */
interface KeptDeadLetter {
  readonly _id: string;
  readonly taskRunId: string;
  readonly attempt: number;
  readonly operationName: string;
  readonly service: string;
  readonly flowRunId: string | null;
  readonly actor: Actor;
  readonly input: string | null;
  readonly deliveries: number;
  readonly error: StoredError;
  readonly idempotencyKey: string;
  readonly flags: RunFlags;
  readonly tags: string[];
  readonly traceId: string | null;
  readonly status: DeadLetterStatus;
  readonly settledBy: Actor | null;
  readonly settledAt: Date | null;
  readonly reason: string | null;
  readonly retryTaskRunId: string | null;
  readonly createdAt: Date;
}

/** Shows a dead letter as callers see it. */
export function toDeadLetterDto(kept: KeptDeadLetter): DeadLetterDto {
  return {
    id: kept._id,
    ofTaskRun: kept.taskRunId,
    attempt: kept.attempt,
    operationName: kept.operationName,
    service: kept.service,
    flowRunId: kept.flowRunId,
    actor: who(kept.actor),
    input: fromText(kept.input),
    deliveries: kept.deliveries,
    error: kept.error,
    idempotencyKey: kept.idempotencyKey,
    flags: {
      dryRun: kept.flags.dryRun ?? false,
      testMode: kept.flags.testMode ?? false,
      verbose: kept.flags.verbose ?? false,
    },
    tags: kept.tags,
    status: kept.status,
    settledBy: kept.settledBy && who(kept.settledBy),
    settledAt: iso(kept.settledAt),
    reason: kept.reason,
    retryTaskRunId: kept.retryTaskRunId,
    traceId: kept.traceId,
    createdAt: kept.createdAt.toISOString(),
  };
}
