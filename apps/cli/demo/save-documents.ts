import path from 'node:path';
import type { ApplicationDto, HuntApplication } from '#libs/contracts';
import { type SavedFile, saveAttachments } from '../commands/save-attachments.js';
import type { GatewayClient } from '../gateway/gateway-client.js';

export interface SavedApplication {
  readonly application: ApplicationDto;
  readonly files: readonly SavedFile[];
}

/** Saves what would go out with each application that was made ready, in a folder for each employer. */
export async function saveDocuments(
  gateway: GatewayClient,
  applications: readonly HuntApplication[],
  folder: string,
): Promise<SavedApplication[]> {
  const saved: SavedApplication[] = [];
  for (const { applicationId } of applications) {
    if (applicationId === null) continue;
    const application = await gateway.get<ApplicationDto>(
      `/applications/${encodeURIComponent(applicationId)}`,
    );
    const { attachments, company } = application;
    const into = path.join(folder, `${saved.length + 1}-${folderNameOf(company)}`);
    saved.push({ application, files: await saveAttachments(gateway, { applicationId, attachments }, into) });
  }
  return saved;
}

/** Employers are named as they like; folders are not. */
const folderNameOf = (company: string): string =>
  company
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'employer';
