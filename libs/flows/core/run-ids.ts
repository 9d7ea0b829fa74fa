import type { FlowRunId } from '#libs/run-log';
import { contentKey } from './hash.js';

const LONGEST = 100;

/** Names the run of a child: the same for the same step of the same run, whoever asks. */
export function childRunId(parent: FlowRunId, step: number): FlowRunId {
  return shortened(`${parent}-${step}`);
}

/** Names the run that goes on with the work of one that ends by `continueAsNew`. */
export function nextRunId(runId: FlowRunId): FlowRunId {
  const [, base, count] = /^(.*)-c(\d+)$/.exec(runId) ?? [];
  return shortened(base === undefined ? `${runId}-c2` : `${base}-c${Number(count) + 1}`);
}

/** Ids stand in subjects, so a deep chain of children must not make them grow without end. */
function shortened(id: string): FlowRunId {
  return (id.length <= LONGEST ? id : `${id.slice(0, LONGEST - 17)}-${contentKey(id)}`) as FlowRunId;
}
