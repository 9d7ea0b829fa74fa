import { Module } from '@nestjs/common';
import { ConfigurableModuleClass } from './orchestrator.config.js';
import { OrchestratorHost } from './orchestrator.host.js';

/** Hosts the engine and the flows. */
@Module({ providers: [OrchestratorHost] })
export class OrchestratorModule extends ConfigurableModuleClass {}
