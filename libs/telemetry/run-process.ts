import { serveHealth } from './health-endpoint.js';
import { startTelemetry } from './start-telemetry.js';

export interface ProcessOptions {
  readonly service: string;
  /**
   * Imports and starts the application. Whatever it loads must be imported inside, since tracing patches libraries
   * as they load.
   */
  readonly start: () => Promise<{ close(): Promise<void> }>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs one service as a process of its own: tracing first, then the service; SIGTERM or SIGINT closes it and flushes
 * what was traced, a second signal ends the process at once. A failure to start is one sentence and exit code 1.
 * `HEALTH_PORT`, where set, is answered on loopback once the service has started.
 */
export async function runProcess({ service, start }: ProcessOptions): Promise<void> {
  const telemetry = await startTelemetry({ service });
  let app: { close(): Promise<void> };
  try {
    app = await start();
    const port = process.env['HEALTH_PORT'];
    if (port) await serveHealth(service, port);
  } catch (error) {
    process.stderr.write(`${service} did not start: ${sentenceOf(error)}\n`);
    await telemetry.shutdown();
    process.exit(1);
  }
  process.stdout.write(`${service} is ready\n`);

  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      void stop(app, telemetry, service);
    });
  }
}

async function stop(
  app: { close(): Promise<void> },
  telemetry: { shutdown(): Promise<void> },
  service: string,
): Promise<void> {
  let code = 0;
  try {
    await app.close();
  } catch (error) {
    process.stderr.write(`${service} did not stop cleanly: ${sentenceOf(error)}\n`);
    code = 1;
  }
  await telemetry.shutdown();
  process.exit(code);
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
