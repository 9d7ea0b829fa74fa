import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { serveHealth } from './health/health-endpoint.js';
import { ProcessHealth } from './health/process-health.js';
import type { Checks } from './health/readiness.js';
import { metricsWanted, startMetrics } from './metrics/start-metrics.js';
import type { Telemetry } from './sdk.js';
import { startTelemetry } from './start-telemetry.js';

/** A service as its process sees it. */
export interface Hosted {
  /** What it needs to do its work; `/ready` tells of them. */
  readonly checks?: Checks;
  /** Told before `close`, as soon as the process is to end. */
  stopping?(): void;
  close(): Promise<void>;
}

export interface ProcessOptions {
  readonly service: string;
  /**
   * Imports and starts the application. Whatever it loads must be imported inside, since tracing patches libraries
   * as they load.
   */
  readonly start: () => Promise<Hosted>;
}

interface Closing {
  readonly health: ProcessHealth;
  /** Closed one after the other, when the service is. */
  readonly after: readonly (() => Promise<void>)[];
  readonly delayMs: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs one service as a process of its own: tracing and figures first, then the service; SIGTERM or SIGINT closes it
 * and flushes what was traced; a second signal, or one before the service has started, ends the process at once. A
 * failure to start is one sentence and exit code 1.
 *
 * `HEALTH_PORT`, where set, is answered from the beginning on (see serveHealth), on loopback unless `HEALTH_HOST` says
 * otherwise. `SHUTDOWN_DELAY_MS` is how long a process that is told to end says so before it does, for those who
 * spread requests; 0 unless set.
 */
export async function runProcess({ service, start }: ProcessOptions): Promise<void> {
  // From the first moment on: as the first process of a container this one would not hear of signals otherwise.
  let onSignal = (signal: NodeJS.Signals): void => {
    process.stderr.write(`${service} was told to end (${signal}) before it had started\n`);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, () => onSignal(signal));

  const health = new ProcessHealth(service);
  const after: (() => Promise<void>)[] = [];
  let telemetry: Telemetry | undefined;
  let app: Hosted;
  let delayMs: number;
  try {
    const started = await startTelemetry({ service });
    telemetry = started;
    after.push(() => started.shutdown());
    const { HEALTH_PORT: port, HEALTH_HOST: host } = process.env;
    delayMs = delayFrom(process.env);
    if (metricsWanted(process.env)) await startMetrics({ service });
    if (port) {
      const endpoint = await serveHealth({ health, port, ...(host ? { host } : {}) });
      after.unshift(() => endpoint.close());
    }
    app = await start();
    health.started(app.checks ?? {});
  } catch (error) {
    process.stderr.write(`${service} did not start: ${sentenceOf(error)}\n`);
    await telemetry?.shutdown();
    process.exit(1);
  }
  process.stdout.write(`${service} is ready\n`);

  let stopping = false;
  onSignal = () => {
    if (stopping) process.exit(130);
    stopping = true;
    void stop(app, { health, after, delayMs });
  };
}

async function stop(app: Hosted, { health, after, delayMs }: Closing): Promise<void> {
  let code = 0;
  health.stopping();
  app.stopping?.();
  if (delayMs > 0) await pause(delayMs);
  try {
    await app.close();
  } catch (error) {
    process.stderr.write(`${health.service} did not stop cleanly: ${sentenceOf(error)}\n`);
    code = 1;
  }
  for (const close of after) await close();
  process.exit(code);
}

function delayFrom(env: NodeJS.ProcessEnv): number {
  const text = env['SHUTDOWN_DELAY_MS'] || '0';
  if (!/^\d{1,6}$/.test(text))
    throw new RangeError(`SHUTDOWN_DELAY_MS is ${JSON.stringify(text)}; expected milliseconds`);
  return Number(text);
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
