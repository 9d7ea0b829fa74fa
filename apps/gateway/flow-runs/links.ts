/** Where everything about a flow run lies. */
export const flowRunLinks = (runId: string) => {
  const self = `/flow-runs/${runId}`;
  return {
    self,
    events: `${self}/events`,
    logs: `${self}/logs`,
    tasks: `/task-runs?flowRunId=${runId}`,
    steps: `${self}/steps`,
    children: `${self}/children`,
    artifacts: `${self}/artifacts`,
    approvals: `${self}/approvals`,
    export: `${self}/export`,
    cancel: `${self}/cancel`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
    restart: `${self}/restart`,
    analytics: `/analytics/flow-runs/${runId}`,
  };
};
export type FlowRunLinks = ReturnType<typeof flowRunLinks>;
