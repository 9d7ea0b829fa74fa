import type { Metrics } from './metrics-sdk.js';
import type { ServiceName } from '../service-tracers.js';

let running: Metrics | undefined;

/**
 * Begins to collect the figures of this process: those that libraries and apps declare by `counter`, `histogram` and
 * `gauge`, and those of the process itself. One process starts it once, however many services it hosts; they are told
 * apart by labels. What is counted before is not kept. Throws MetricsStartedError the second time.
 */
export async function startMetrics(options: ServiceName): Promise<Metrics> {
  const { startMetricsSdk } = await import('./metrics-sdk.js');
  const metrics = startMetricsSdk(options);
  running = metrics;
  return {
    scrape: () => metrics.scrape(),
    shutdown: async () => {
      if (running === metrics) running = undefined;
      await metrics.shutdown();
    },
  };
}

/** Gives what collects the figures of this process; undefined where nobody does. */
export const currentMetrics = (): Pick<Metrics, 'scrape'> | undefined => running;

/** Tells whether figures are wanted: unless METRICS says `off`. Throws RangeError on anything else than on and off. */
export function metricsWanted(env: NodeJS.ProcessEnv): boolean {
  const wanted = (env['METRICS'] || 'on').toLowerCase();
  if (wanted !== 'on' && wanted !== 'off')
    throw new RangeError(`METRICS is ${JSON.stringify(env['METRICS'])}; use on or off`);
  return wanted === 'on';
}
