import type { LeftBehind } from './left-behind.js';

/** What a person has, each by its id. */
export interface Ids extends LeftBehind {
  readonly jobId: string;
  readonly cvId: string;
  readonly letterId: string;
  readonly applicationId: string;
  readonly runId: string;
  /** Of the CV's file. */
  readonly sha256: string;
  /** Name of a deployment of `maintenance`. */
  readonly deployment: string;
  readonly keyId: string;
}

/** What the asker has of their own, so that one thing alone is another's. */
export type Own = Pick<Ids, 'jobId' | 'cvId' | 'letterId'>;

/** Of things that there are not. */
export const NOBODYS: Ids = {
  jobId: 'job_0',
  cvId: 'cv_0',
  letterId: 'letter_0',
  applicationId: 'app_0',
  runId: 'run-0',
  sha256: '0'.repeat(64),
  deployment: 'nobodys',
  keyId: '0000000000000000',
  alertId: 'alert_0',
  artifactId: 'artifact_0',
  bulkId: '00000000-0000-0000-0000-000000000000',
  letterOfWork: 'nowhere.1',
  taskRunId: 'task-0',
  state: 'unkept',
};

const approved = {
  approvedSha256: 'a'.repeat(64),
  approval: { kind: 'person', by: 'lou', at: '2026-11-03T08:00:00Z' },
} as const;

/** Every operation that takes an id, the code that it refuses an unknown one with, and what it is asked. */
export const OPERATIONS: readonly (readonly [
  name: string,
  code: string,
  input: (ids: Ids, own: Own) => object,
])[] = [
  ['get_job', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['update_job', 'jobs/not-found', ({ jobId }) => ({ jobId, changes: { notes: 'mine' } })],
  ['unmerge_jobs', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['match_job', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['preview_scoring', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['generate_cv', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['generate_letter', 'jobs/not-found', ({ jobId }) => ({ jobId })],
  ['get_cv', 'documents/unknown-document', ({ cvId }) => ({ cvId })],
  ['get_letter', 'documents/unknown-document', ({ letterId }) => ({ letterId })],
  ['get_document', 'documents/unknown-document', ({ cvId }) => ({ documentId: cvId })],
  ['get_document', 'documents/unknown-document', ({ letterId }) => ({ documentId: letterId })],
  // Of all that it takes, one is another's.
  ['prepare_application', 'jobs/not-found', ({ jobId }, own) => ({ ...own, jobId })],
  ['prepare_application', 'documents/unknown-document', ({ cvId }, own) => ({ ...own, cvId })],
  ['prepare_application', 'documents/unknown-document', ({ letterId }, own) => ({ ...own, letterId })],
  ['apply_job', 'applier/unknown-application', ({ applicationId }) => ({ applicationId, ...approved })],
  ['apply_job', 'jobs/not-found', ({ jobId, cvId }) => ({ jobId, cvId, ...approved })],
  ['withdraw_application', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
  [
    'update_application',
    'applier/unknown-application',
    ({ applicationId }) => ({ applicationId, notes: 'mine' }),
  ],
  ['get_application', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
  [
    'get_application_file',
    'applier/unknown-application',
    ({ applicationId, sha256 }) => ({ applicationId, sha256 }),
  ],
  ['prefill_form', 'applier/unknown-application', ({ applicationId }) => ({ applicationId })],
];

/** Those that take many, and say of each what is wrong with it. */
export const OF_MANY: readonly string[] = ['process_jobs', 'match_jobs', 'bulk_delete_jobs'];
/** Those whose ids are filters. */
export const LISTS: readonly string[] = ['list_jobs', 'search_jobs', 'list_documents', 'list_applications'];

/**
 * Routes whose path names nothing that is anybody's: flows and operations; what a flow keeps, where each has their own
 * under the same name; hooks, which ask nobody who they are but for a signature.
 */
export const NOBODYS_PATHS: readonly string[] = [
  'get /operations/{name}',
  'post /operations/{name}',
  'get /workflows/{flow}',
  'post /workflows/{flow}',
  'get /workflows/{flow}/state',
  'put /workflows/{flow}/state/{name}',
  'delete /workflows/{flow}/state/{name}',
  'post /hooks/{deploymentId}',
];
/** Documents that have a lineage: another is answered with a list of nothing. */
export const LINEAGES: readonly (readonly [collection: string, id: 'jobId' | 'cvId'])[] = [
  ['jobs', 'jobId'],
  ['cvs', 'cvId'],
];

/** Every other route that takes an id. */
export const ROUTES: readonly {
  readonly method: string;
  readonly path: string;
  readonly code: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}[] = [
  { method: 'GET', path: '/jobs/:jobId', code: 'jobs/not-found' },
  { method: 'PATCH', path: '/jobs/:jobId', code: 'jobs/not-found', body: { notes: 'mine' } },
  { method: 'DELETE', path: '/jobs/:jobId', code: 'jobs/not-found' },
  { method: 'POST', path: '/jobs/:jobId/match', code: 'jobs/not-found', body: {} },
  { method: 'POST', path: '/jobs/:jobId/unmerge', code: 'jobs/not-found', body: {} },
  { method: 'GET', path: '/documents/cvs/:cvId', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/letters/:letterId', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/:cvId/file', code: 'documents/unknown-document' },
  { method: 'GET', path: '/documents/:letterId/file?format=docx', code: 'documents/unknown-document' },
  { method: 'GET', path: '/applications/:applicationId', code: 'applier/unknown-application' },
  { method: 'GET', path: '/applications/:applicationId/files/:sha256', code: 'applier/unknown-application' },
  {
    method: 'PATCH',
    path: '/applications/:applicationId',
    code: 'applier/unknown-application',
    body: { notes: 'mine' },
  },
  {
    method: 'POST',
    path: '/applications/:applicationId/withdraw',
    code: 'applier/unknown-application',
    body: {},
  },
  {
    method: 'POST',
    path: '/applications/:applicationId/prefill',
    code: 'applier/unknown-application',
    body: {},
  },
  { method: 'GET', path: '/approvals/:runId.4', code: 'gateway/unknown-approval' },
  { method: 'GET', path: '/flow-runs/:runId', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/steps', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/approvals', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/artifacts', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/children', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/events', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/export', code: 'gateway/unknown-run' },
  { method: 'GET', path: '/flow-runs/:runId/logs', code: 'audit/not-found' },
  { method: 'POST', path: '/flow-runs/:runId/pause', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/resume', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/restart', code: 'gateway/unknown-run', body: {} },
  {
    method: 'POST',
    path: '/flow-runs/:runId/signals/go',
    code: 'gateway/unknown-run',
    body: {},
  },
  { method: 'GET', path: '/flow-runs/bulk/:bulkId', code: 'gateway/unknown-bulk' },
  { method: 'GET', path: '/flow-runs/bulk/:bulkId/events', code: 'gateway/unknown-bulk' },
  { method: 'POST', path: '/flow-runs/bulk/:bulkId/stop', code: 'gateway/unknown-bulk', body: {} },
  { method: 'GET', path: '/analytics/flow-runs/:runId', code: 'audit/not-found' },
  { method: 'GET', path: '/lineage/runs/:runId', code: 'audit/not-found' },
  { method: 'GET', path: '/task-runs/:taskRunId', code: 'audit/not-found' },
  { method: 'GET', path: '/task-runs/:taskRunId/logs', code: 'audit/not-found' },
  { method: 'POST', path: '/task-runs/:taskRunId/replay', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/artifacts/:artifactId', code: 'audit/not-found' },
  { method: 'GET', path: '/alerts/:alertId', code: 'audit/not-found' },
  { method: 'DELETE', path: '/alerts/:alertId', code: 'audit/not-found' },
  { method: 'POST', path: '/alerts/:alertId/test', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/dead-letters/:letterOfWork', code: 'audit/not-found' },
  {
    method: 'POST',
    path: '/dead-letters/:letterOfWork/drop',
    code: 'audit/not-found',
    body: { reason: 'mine' },
  },
  { method: 'POST', path: '/dead-letters/:letterOfWork/retry', code: 'audit/not-found', body: {} },
  { method: 'GET', path: '/workflows/maintenance/state/:state', code: 'gateway/unknown-state' },
  {
    method: 'POST',
    path: '/flow-runs/:runId/approvals/4',
    code: 'gateway/unknown-run',
    body: { approved: true },
  },
  { method: 'POST', path: '/flow-runs/:runId/cancel', code: 'gateway/unknown-run', body: {} },
  { method: 'POST', path: '/flow-runs/:runId/undo', code: 'gateway/unknown-run', body: {} },
  { method: 'GET', path: '/keys/:keyId', code: 'gateway/no-such-key' },
  { method: 'DELETE', path: '/keys/:keyId', code: 'gateway/no-such-key' },
  { method: 'POST', path: '/keys/:keyId/rotate', code: 'gateway/no-such-key', body: {} },
  { method: 'GET', path: '/deployments/maintenance/:deployment', code: 'deployment/unknown' },
  {
    method: 'PUT',
    path: '/deployments/maintenance/:deployment',
    code: 'deployment/unknown',
    body: { paused: false },
    headers: { 'if-match': '*' },
  },
  { method: 'DELETE', path: '/deployments/maintenance/:deployment', code: 'deployment/unknown' },
  {
    method: 'POST',
    path: '/deployments/maintenance/:deployment/pause',
    code: 'deployment/unknown',
    body: {},
  },
  {
    method: 'POST',
    path: '/deployments/maintenance/:deployment/resume',
    code: 'deployment/unknown',
    body: {},
  },
  { method: 'POST', path: '/deployments/maintenance/:deployment/run', code: 'deployment/unknown', body: {} },
  { method: 'GET', path: '/deployments/maintenance/:deployment/next', code: 'deployment/unknown' },
  { method: 'GET', path: '/deployments/maintenance/:deployment/firings', code: 'deployment/unknown' },
];
