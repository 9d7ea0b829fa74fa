import type { Folders } from '#libs/local-stack';
import type { GatewayClient } from '../gateway/gateway-client.js';

/** What one check found; `note` is neither good nor bad, as with a server that is not started. */
export interface Finding {
  readonly what: string;
  readonly verdict: 'ok' | 'note' | 'bad';
  readonly told: string;
  /** How to mend it. */
  readonly hint?: string;
}

export interface CheckInput {
  readonly folders: Folders;
  readonly env: NodeJS.ProcessEnv;
  readonly gateway: GatewayClient;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly now: () => number;
  /** Where `up` listens unless told otherwise. */
  readonly port: number;
  /** Where a file of deployments is looked for. */
  readonly workingFolder: string;
}

export type Check = (input: CheckInput) => Promise<readonly Finding[]>;
