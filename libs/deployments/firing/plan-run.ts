import { TerminalError } from '#libs/operations';
import type { FlowRunId } from '#libs/run-log';
import type { QueuedFiring } from '../state.js';
import type { StoredSpec } from '../store/deployment-record.js';
import type { DeploymentStore } from '../store/deployment-store.js';
import type { StoredFiring } from '../triggers/triggered-firing.js';
import type { RunPlan } from './begin-run.js';

/** What was told of events that are about to start runs, by the runs. */
export type Told = ReadonlyMap<FlowRunId, StoredFiring>;

/**
 * Says what a run is to begin with: what the deployment says, and where a trigger fired what is taken of the event,
 * which stands in the event's own message. Throws TerminalError where that is kept no more.
 */
export async function planOf(
  store: DeploymentStore,
  spec: StoredSpec,
  { runId, event }: Pick<QueuedFiring, 'runId' | 'event'>,
  known: Told,
): Promise<Omit<RunPlan, 'actor'>> {
  const { id } = spec;
  if (!event) return { id, spec, runId };
  const told = known.get(runId) ?? (await store.readEvent(id, event.key));
  if (!told?.parameters)
    throw new TerminalError(
      'deployment/event-gone',
      `event ${event.id} is kept no more: what the run would have begun with is not known`,
    );
  const { parameters, depth, trace } = told;
  return {
    id,
    spec: { ...spec, parameters },
    runId,
    trace,
    triggeredBy: {
      type: event.type,
      eventId: event.id,
      ...(told.runId === undefined ? {} : { runId: told.runId }),
      depth,
    },
  };
}
