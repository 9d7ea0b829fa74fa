import type { Millis, TaskRunId } from './ids.js';
import type { Outcome } from './outcome.js';

/** Said by services: claims on `fact.claim.*`, outcomes on `in.outcome`. */
export type FactEvent =
  | {
      readonly type: 'TaskClaimed';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly holder: string;
      readonly nonce: string;
    }
  | {
      readonly type: 'TaskFinished';
      readonly taskRunId: TaskRunId;
      readonly attempt: number;
      readonly operation: string;
      readonly startedAt: Millis;
      readonly finishedAt: Millis;
      /** How often the broker had handed this attempt out, from 1. */
      readonly deliveries: number;
      /** The process that ran it. */
      readonly by: string;
      readonly outcome: Outcome;
    };
