import type { RunFlags } from '#libs/run-log';
import type { Trigger } from './deployment-trigger.js';

/** When a flow is run, with what, and how many at a time; what is left out has its usual value. */
export interface DeploymentOptions<I extends object = object> {
  /** Lower case letters, digits, `-` and `_`; unique for the flow and its owner. */
  readonly name: string;
  readonly description?: string;
  /** Checked against the flow's input when the deployment is kept. */
  readonly parameters?: Partial<I>;
  readonly tags?: readonly string[];
  /** Five fields or `@daily` and the like, in UTC unless a zone is named; or every so many seconds from an ISO instant on. */
  readonly schedule?:
    | { readonly cron: string; readonly timeZone?: string }
    | { readonly intervalSeconds: number; readonly anchor?: string };
  /** What starts it beside its schedule; ten at most. */
  readonly triggers?: readonly Trigger[];
  readonly paused?: boolean;
  /** How many of its runs may be active at a time; 1 unless told otherwise. */
  readonly concurrency?: number;
  /** What happens to a firing while so many are active; `skip` unless told otherwise. */
  readonly overlap?: 'skip' | 'queue' | 'all' | 'cancel-old';
  /** What happens to instants that passed while nobody could fire; `latest` unless told otherwise. */
  readonly missed?: 'skip' | 'latest' | 'all';
  readonly flags?: RunFlags;
}
