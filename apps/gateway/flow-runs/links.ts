/** Where everything about a flow run lies. */
export const flowRunLinks = (runId: string) => {
  const self = `/flow-runs/${runId}`;
  return {
    self,
    events: `${self}/events`,
    logs: `${self}/logs`,
    tasks: `/task-runs?flowRunId=${runId}`,
    cancel: `${self}/cancel`,
    analytics: `/analytics/flow-runs/${runId}`,
  };
};
export type FlowRunLinks = ReturnType<typeof flowRunLinks>;
