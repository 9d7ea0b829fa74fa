import type { Deployment } from '../deployment.js';
import { NOTHING_DONE, type DeploymentState } from '../state.js';

/** A specification as its message holds it; its revision is the message's sequence. */
export interface StoredSpec extends Omit<Deployment, 'revision'> {
  /** The schedule counts from here: when it was set, or the deployment resumed. Milliseconds since the epoch. */
  readonly from: number;
  /** Events count from here: when the triggers were put. Milliseconds since the epoch; builds before triggers say none. */
  readonly listensFrom?: number;
}

/** What is left of a deployment that was removed. */
export interface Tombstone {
  readonly id: string;
  readonly removed: true;
}

/** A deployment as the stream holds it. */
export interface DeploymentRecord {
  readonly spec: StoredSpec;
  /** Sequence of the specification's message. */
  readonly revision: number;
  readonly state: DeploymentState;
  /** Sequence of the state's message; 0 before the first. */
  readonly stateSeq: number;
}

/** What the fence of a state expects: whatever was said last, of either kind. */
export const fenceOf = ({ revision, stateSeq }: DeploymentRecord): number => Math.max(revision, stateSeq);

const decoder = new TextDecoder();
const read = (body: Uint8Array): unknown => JSON.parse(decoder.decode(body));

/** Builds before this one knew of no triggers. */
export const readSpec = (body: Uint8Array): StoredSpec | Tombstone => {
  const spec = read(body) as StoredSpec | Tombstone;
  return isTombstone(spec) || Array.isArray(spec.triggers) ? spec : { ...spec, triggers: [] };
};
export const readState = (body: Uint8Array): DeploymentState => ({
  ...NOTHING_DONE,
  ...(read(body) as Partial<DeploymentState>),
});

export const isTombstone = (spec: StoredSpec | Tombstone): spec is Tombstone => 'removed' in spec;
