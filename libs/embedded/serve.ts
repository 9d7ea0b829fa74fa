import type { FlowDeployment } from '#libs/flows';
import { Orchestrator, type OrchestratorOptions } from './orchestrator.js';

export interface ServeOptions extends Omit<OrchestratorOptions, 'deployments'> {
  /** Ends it, as a SIGTERM does. */
  readonly signal?: AbortSignal;
  /** Hears that deployments are kept and runs can be begun. */
  readonly onReady?: (orchestrator: Orchestrator) => void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Hosts flows with their deployments, and the services that they need, until the process is asked to end by SIGTERM or
 * SIGINT, or `signal` aborts; resolves once all of it is closed. Throws what a start throws.
 */
export async function serve(
  deployments: FlowDeployment | readonly FlowDeployment[],
  { signal, onReady, ...options }: ServeOptions = {},
): Promise<void> {
  const served = 'flow' in deployments ? [deployments] : deployments;
  const orchestrator = new Orchestrator({ ...options, deployments: served });
  const asked = askedToEnd(signal);
  try {
    await orchestrator.start();
    onReady?.(orchestrator);
    await asked.end;
  } finally {
    asked.forget();
    await orchestrator.stop();
  }
}

function askedToEnd(signal: AbortSignal | undefined): { end: Promise<void>; forget(): void } {
  let tell: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (tell = resolve));
  for (const name of SIGNALS) process.once(name, tell);
  if (signal?.aborted) tell();
  signal?.addEventListener('abort', tell, { once: true });
  return {
    end,
    forget: () => {
      for (const name of SIGNALS) process.off(name, tell);
      signal?.removeEventListener('abort', tell);
    },
  };
}
