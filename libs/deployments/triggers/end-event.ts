import type { EndedRun } from '#libs/flows';
import type { TriggerEvent } from '../trigger.js';
import { MOST_EVENT_BYTES } from './said-event.js';

/** Says as an event that a run has ended; its id is the run's. A result that is too large for an event is left out. */
export function endEvent({ runId, start, end, at }: EndedRun): TriggerEvent {
  const { flow, tags, deploymentId } = start;
  return {
    id: runId,
    type: `run.${end.status}`,
    source: `flow/${flow}`,
    time: new Date(at).toISOString(),
    data: {
      runId,
      flow,
      status: end.status,
      tags,
      ...(deploymentId === undefined ? {} : { deploymentId }),
      ...('result' in end && fits(end.result) ? { result: end.result ?? null } : {}),
      ...('error' in end ? { error: end.error } : {}),
      ...('reason' in end ? { reason: end.reason } : {}),
    },
  };
}

const fits = (result: unknown): boolean =>
  Buffer.byteLength(JSON.stringify(result) ?? '') <= MOST_EVENT_BYTES;
