import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createLogger } from '#libs/telemetry';
import type { Hosted } from '#libs/telemetry';
import type { OrchestratorConfig } from './orchestrator.config.js';
import { OrchestratorHost } from './orchestrator.host.js';
import { OrchestratorModule } from './orchestrator.module.js';

export { readReplayAlways } from './replay-always.js';
export type { OrchestratorConfig } from './orchestrator.config.js';

/** Starts the orchestrator; resolves once it takes triggers and requests to start flows. */
export async function startOrchestratorApp(config: OrchestratorConfig): Promise<Hosted> {
  const app = await NestFactory.createApplicationContext(OrchestratorModule.register(config), {
    logger: createLogger({ service: 'orchestrator' }),
    abortOnError: false,
  });
  return { checks: app.get(OrchestratorHost).checks, close: () => app.close() };
}
