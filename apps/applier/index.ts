import 'reflect-metadata';
import { APPLIER_CONTRACTS } from '#libs/contracts';
import { startService } from '#libs/operations';
import type { ServiceOptions } from '#libs/operations';
import { ApplierModule } from './applier.module.js';

export interface ApplierConfig extends Pick<
  ServiceOptions,
  'nats' | 'catalog' | 'logger' | 'graceMs' | 'ackWaitMs' | 'replicas'
> {
  readonly mongoUri: string;
}

/** Starts the service `applier`. Throws what startService throws. */
export async function startApplier({
  mongoUri,
  ...service
}: ApplierConfig): Promise<{ close(): Promise<void> }> {
  const module = ApplierModule.register({ mongoUri });
  return startService({
    ...service,
    service: 'applier',
    contracts: APPLIER_CONTRACTS,
    module,
  });
}
