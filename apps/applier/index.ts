import 'reflect-metadata';
import { APPLIER_CONTRACTS } from '#libs/contracts';
import { databaseChecks } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { ServiceOptions } from '#libs/operations';
import type { Hosted } from '#libs/telemetry';
import { ApplierModule } from './applier.module.js';
import { readApplierSettings } from './settings/applier-settings.js';

export { startMailCatcher } from './mail-catcher/mail-catcher.js';
export type { CaughtMail, MailCatcher } from './mail-catcher/mail-catcher.js';

export interface ApplierConfig extends Pick<
  ServiceOptions,
  'nats' | 'access' | 'catalog' | 'logger' | 'graceMs' | 'ackWaitMs' | 'replicas'
> {
  readonly mongoUri: string;
  /** Where `SMTP_*`, `MAIL_*`, `NOTIFY_*` and the catchers are read from, and what secrets refer to. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/** Starts the service `applier`. Throws EnvironmentError on a bad setting, and what startService throws. */
export async function startApplier({ mongoUri, settings = {}, ...service }: ApplierConfig): Promise<Hosted> {
  const module = ApplierModule.register({ mongoUri, settings: readApplierSettings(settings) });
  return startService({
    ...service,
    service: 'applier',
    contracts: APPLIER_CONTRACTS,
    module,
    checks: databaseChecks,
  });
}
