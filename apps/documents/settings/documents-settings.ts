import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** A setting names a folder that cannot be used. */
export class FolderSettingError extends Error {
  constructor(
    readonly setting: string,
    readonly value: string,
  ) {
    super(`${setting} must name a folder that is there, got ${JSON.stringify(value)}`);
    this.name = 'FolderSettingError';
  }
}

export interface DocumentsSettings {
  /** Holds `cv/<name>.typ` and `letter/<name>.typ` beside those that come along. */
  readonly templates?: string;
  /** Holds fonts beside those that come along. */
  readonly fonts?: string;
}

/** Reads `DOCUMENTS_TEMPLATES` and `DOCUMENTS_FONTS`. Throws FolderSettingError. */
export function readDocumentsSettings(env: Readonly<Record<string, string | undefined>>): DocumentsSettings {
  const templates = folderOf(env, 'DOCUMENTS_TEMPLATES');
  const fonts = folderOf(env, 'DOCUMENTS_FONTS');
  return { ...(templates === undefined ? {} : { templates }), ...(fonts === undefined ? {} : { fonts }) };
}

function folderOf(env: Readonly<Record<string, string | undefined>>, setting: string): string | undefined {
  const value = env[setting];
  if (value === undefined || value === '') return undefined;
  const folder = resolve(value);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new FolderSettingError(setting, value);
  return folder;
}
