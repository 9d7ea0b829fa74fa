import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '#libs/operations';
import { decodeBody } from '../http/body.js';
import { SettingError } from '../settings/setting-error.js';
import type { Parsed } from './parsed.js';
import { visitSaved } from './visit.js';
import type { Visit } from './visit.js';

const LARGEST_FILE = 10 * 1024 * 1024;
const MOST_FILES = 500;

/** A file of the folder that cannot be read, or is too large to be a page. */
export class FileUnreadableError extends TerminalError {
  constructor(
    readonly file: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('scraper/file-unreadable', `${file} cannot be read: ${reason}`, undefined, options);
  }
}

/**
 * Reads the HTML files of a folder one by one, by name. A file that cannot be read is a visit that came to
 * nothing; what is no file is passed over. Throws the signal's reason, and SettingError in the name of `setting`
 * where the folder cannot be read.
 */
export async function* visitFolder(
  folder: string,
  setting: string,
  signal: AbortSignal,
  parse: (html: string, url: string | null) => Parsed,
): AsyncGenerator<Visit> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new SettingError(setting, folder, 'a folder that can be read', { cause });
  });
  const pages = names.filter((name) => /\.html?$/i.test(name)).sort();
  for (const label of pages.slice(0, MOST_FILES)) {
    signal.throwIfAborted();
    try {
      const html = await readPage(join(folder, label), label);
      if (html !== null) yield visitSaved({ html, label }, parse);
    } catch (error) {
      if (!(error instanceof FileUnreadableError)) throw error;
      yield unreadable(label, error);
    }
  }
}

/** Gives a page's text; null where there is no file but something else. */
async function readPage(path: string, name: string): Promise<string | null> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return null;
    if (facts.size <= LARGEST_FILE) return decodeBody(await readFile(path), '');
  } catch (cause) {
    throw new FileUnreadableError(name, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  throw new FileUnreadableError(name, `it is larger than ${LARGEST_FILE} bytes`);
}

const unreadable = (label: string, error: FileUnreadableError): Visit => ({
  page: {
    url: `saved:${label}`,
    kind: 'saved',
    outcome: 'unreachable',
    status: null,
    bytes: 0,
    fetchedAt: new Date(),
    body: null,
    error,
  },
  postings: [],
  faults: [],
});
