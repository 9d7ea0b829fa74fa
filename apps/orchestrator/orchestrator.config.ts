import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { BrokerAccess } from '#libs/run-log';

export interface OrchestratorConfig {
  /** `nats://[user:password@]host:port`, one or several with commas between. */
  readonly natsUrl: string;
  /** How to sign in there, where the address does not say it. */
  readonly access?: BrokerAccess;
  /** How soon another orchestrator goes on with the work of a dead one, in milliseconds; 3,000 unless said. */
  readonly ackWaitMs?: number;
  /** Copies of the run log in a cluster. */
  readonly replicas?: number;
  /** For development and tests: reads a run from the log before each trigger, whatever is in memory. */
  readonly replayAlways?: boolean;
  /** The module that runs in the watching thread; without it a flow that blocks is not noticed. */
  readonly watchdogScript?: URL;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: ORCHESTRATOR_CONFIG } =
  new ConfigurableModuleBuilder<OrchestratorConfig>().build();
