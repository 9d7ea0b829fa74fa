import 'reflect-metadata';
import { DOCUMENTS_CONTRACTS } from '#libs/contracts';
import { databaseChecks } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { ServiceOptions } from '#libs/operations';
import type { Hosted } from '#libs/telemetry';
import { DocumentsModule } from './documents.module.js';
import { readDocumentsSettings } from './settings/documents-settings.js';

export { FolderSettingError } from './settings/documents-settings.js';

export interface DocumentsConfig extends Pick<
  ServiceOptions,
  'nats' | 'access' | 'catalog' | 'logger' | 'graceMs' | 'ackWaitMs' | 'replicas'
> {
  readonly mongoUri: string;
  /** Where `DOCUMENTS_*` are read from; defaults hold where it says nothing. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/** Starts the service `documents`. Throws FolderSettingError on a bad setting, and what startService throws. */
export async function startDocuments({
  mongoUri,
  settings = {},
  ...service
}: DocumentsConfig): Promise<Hosted> {
  const module = DocumentsModule.register({ mongoUri, settings: readDocumentsSettings(settings) });
  return startService({
    ...service,
    service: 'documents',
    contracts: DOCUMENTS_CONTRACTS,
    module,
    checks: databaseChecks,
  });
}
