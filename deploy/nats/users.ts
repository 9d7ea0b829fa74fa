import { APPLIER_CONTRACTS, AUDIT_CONTRACTS, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import type { OperationContract } from '#libs/operations';
import {
  aligns,
  answers,
  answersBulk,
  asksOrchestrators,
  calls,
  fetches,
  follows,
  inbox,
  keeps,
  looksInto,
  orchestrates,
  owns,
  projects,
  provides,
  purges,
  reads,
  seesStorage,
  serves,
  stores,
  together,
  watchesOver,
  writesInto,
} from './permissions.js';
import type { Permissions } from './permissions.js';

/** One user of the broker; the password comes from the variable. */
export interface User extends Permissions {
  readonly name: string;
  readonly passwordVariable: string;
}

const LOG = ['RUN', 'CALLS', 'LIVE'] as const;
const BODIES = ['RUN_BODIES', 'CALL_BODIES'] as const;

const user = (name: string, ...parts: readonly Permissions[]): User => ({
  name,
  passwordVariable: `NATS_${name.toUpperCase()}_PASSWORD`,
  ...together(inbox(name), seesStorage, ...parts),
});

/** What every service does. */
const service = (
  name: string,
  contracts: readonly OperationContract[],
  ...more: readonly Permissions[]
): User =>
  user(
    name,
    provides(...LOG),
    // To see whether what comes a second time was done before; an answer too large for a reply lies in CALLS.
    reads('RUN', 'CALLS'),
    // Cancels.
    follows('RUN'),
    serves(name, contracts),
    ...BODIES.map(stores),
    writesInto('CATALOG', `operation.${name}.`),
    keeps('CACHE'),
    keeps('RESULTS'),
    keeps('LIMITS'),
    ...more,
  );

/** Who speaks to the broker, and what each may say and hear. */
export const USERS: readonly User[] = [
  user(
    'gateway',
    provides(...LOG),
    reads(...LOG),
    follows(...LOG),
    asksOrchestrators,
    answersBulk,
    calls('scraper', 'documents', 'applier', 'audit'),
    ...BODIES.map(fetches),
    looksInto('CATALOG'),
    keeps('BULK'),
    keeps('OPERATION_ANSWERS'),
    keeps('api_keys'),
  ),
  user(
    'orchestrator',
    provides(...LOG),
    aligns(...LOG, ...BODIES.map((bucket) => `OBJ_${bucket}`)),
    reads(...LOG),
    follows('RUN'),
    orchestrates(),
    owns('DEPLOYMENTS', 'deployment.>'),
    owns('EVENTS', 'event.>'),
    ...BODIES.map(stores),
    writesInto('CATALOG', 'flow.'),
    keeps('FLOW_STATE'),
    keeps('FLOW_PARKED'),
    looksInto('RESULTS'),
    // What the owner of a deployment may do when it fires: whether their key still holds.
    looksInto('api_keys'),
  ),
  service('scraper', SCRAPER_CONTRACTS, calls('documents', 'applier')),
  service('documents', DOCUMENTS_CONTRACTS, calls('scraper', 'applier')),
  service('applier', APPLIER_CONTRACTS, calls('scraper', 'documents')),
  service(
    'audit',
    AUDIT_CONTRACTS,
    calls('applier'),
    asksOrchestrators,
    reads('LIVE'),
    projects('audit_runs', 'RUN'),
    projects('audit_calls', 'CALLS'),
    projects('audit_live', 'LIVE'),
    looksInto('LEASES'),
    watchesOver(...LOG),
    // Deletes runs that are archived.
    purges('RUN'),
  ),
  // For people, and for `jobhunter doctor`.
  { ...user('operator', answers), publish: ['>'], subscribe: ['>'] },
];
