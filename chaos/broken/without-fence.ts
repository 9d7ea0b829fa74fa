import { FencedOutError } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { overriding } from '../disturbances/overriding.js';

/** A log that appends decisions behind whatever was decided last, whoever decided it. */
export function withoutFence<T extends RunLog>(log: T): T {
  return overriding<RunLog>(log, {
    decide: async (runId, _expected, decisions, trace) => {
      for (;;) {
        const { lastDecision } = await log.readRun(runId);
        try {
          return await log.decide(runId, lastDecision, decisions, trace);
        } catch (error) {
          if (!(error instanceof FencedOutError)) throw error;
        }
      }
    },
  }) as T;
}
