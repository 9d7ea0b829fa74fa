import { createHash } from 'node:crypto';
import { flowRunId } from '#libs/run-log';
import type { FlowRunId } from '#libs/run-log';

const LENGTH = 32;
const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, LENGTH);

/** Names a deployment: one flow has one of a name for each user. */
export const deploymentIdOf = (userId: string, flow: string, name: string): string =>
  hash('deployment', userId, flow, name);

/** Names the run of an instant: the same instant again is the same run. */
export const runIdOfInstant = (deploymentId: string, instant: number): FlowRunId =>
  flowRunId(hash('instant', deploymentId, new Date(instant).toISOString()));

/** Names an event among all that come by the same way: a source says an id once. */
export const keyOfEvent = (way: string, source: string, eventId: string): string =>
  hash('key of event', way, source, eventId);

/** Names the run of an event: the same event again is the same run. */
export const runIdOfEvent = (deploymentId: string, key: string): FlowRunId =>
  flowRunId(hash('event', deploymentId, key));

/** Names the run that somebody asked for under a key. */
export const runIdOfKey = (deploymentId: string, key: string): FlowRunId =>
  flowRunId(hash('key', deploymentId, key));
