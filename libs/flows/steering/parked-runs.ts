import { flowRunId } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';
import type { KeyValues } from '#libs/key-values';

/** Where the runs are noted that wait for a version, by default. */
export const PARKED_BUCKET = 'FLOW_PARKED';

/** The version of a flow that a run has pinned. */
export interface PinnedVersion {
  readonly flow: string;
  readonly version: string;
}

const keyOf = ({ flow, version }: PinnedVersion, runId: FlowRunId) => ['parked', flow, version, runId];

/** Notes that a run waits for an orchestrator that has its version. May be repeated. */
export async function park(
  values: KeyValues,
  of: PinnedVersion,
  runId: FlowRunId,
  at: number,
): Promise<void> {
  await values.put(keyOf(of, runId), { at });
}

/** Takes the note back. May be repeated. */
export async function unpark(values: KeyValues, of: PinnedVersion, runId: FlowRunId): Promise<void> {
  await values.delete(keyOf(of, runId));
}

/** Lists the runs that wait for a version: whoever has it resumes them. */
export async function parkedRuns(values: KeyValues, { flow, version }: PinnedVersion): Promise<FlowRunId[]> {
  const keys = await values.keys(['parked', flow, version]);
  return keys.map((key) => flowRunId(key.at(-1)!));
}
