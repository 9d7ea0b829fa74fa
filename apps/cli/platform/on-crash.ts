/** Files of the app that flows run in; their frames may be a flow's. */
const FLOWS_RUN_IN = 'orchestrator';
const APP = /[\\/]apps[\\/]([\w-]+)[\\/]/g;

/**
 * Hears of what none of the services that this process hosts has caught: exceptions, and rejections that no flow can
 * have left behind. Others the orchestrator reports, and they end nothing: for a flow's it would end every run. Each is
 * told once. Returns what undoes it.
 */
export function onCrash(handler: (error: unknown) => void): () => void {
  const told = new Set<unknown>();
  const tell = (error: unknown): void => {
    if (told.has(error)) return;
    told.add(error);
    handler(error);
  };
  const onRejection = (reason: unknown): void => {
    if (isOfService(reason)) tell(reason);
  };
  process.on('uncaughtException', tell);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', tell);
    process.off('unhandledRejection', onRejection);
  };
}

/** Whether the stack of an error tells that a service has failed which runs no flows. */
export function isOfService(error: unknown): boolean {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const apps = [...stack.matchAll(APP)].map(([, app]) => app);
  return apps.length > 0 && !apps.includes(FLOWS_RUN_IN);
}
