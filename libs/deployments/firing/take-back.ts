import type { ErrorRecord, FlowRunId } from '#libs/run-log';
import type { DeploymentState } from '../state.js';

/** Gives a state in which runs that were decided on, and cannot begin, are skipped firings. */
export function withoutRefused(
  state: DeploymentState,
  refused: ReadonlyMap<FlowRunId, ErrorRecord>,
): DeploymentState {
  return {
    ...state,
    active: state.active.filter(({ runId }) => !refused.has(runId)),
    starting: state.starting.filter(({ runId }) => !refused.has(runId)),
    firings: state.firings.map(({ runId, ...firing }) => {
      const error = runId && refused.get(runId);
      if (!error) return runId ? { ...firing, runId } : firing;
      return firing.action === 'started'
        ? { ...firing, action: 'skipped', reason: error.message }
        : { ...firing, runId };
    }),
  };
}
