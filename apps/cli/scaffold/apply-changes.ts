import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FailedError } from '../terminal/cli-error.js';
import { NoPlaceError } from './edit-source.js';

/** A file that is made, or one that is there and gets something added. Paths are under the project's root. */
export type Change =
  | { readonly file: string; readonly content: string }
  | { readonly file: string; readonly edit: (source: string) => string };

/**
 * Makes and edits files: all of them, or none. A file that is there already is never written over. Throws FailedError
 * that names the file.
 */
export async function applyChanges(root: string, changes: readonly Change[]): Promise<void> {
  // Everything is read and worked out before anything is written.
  const before = new Map<string, string | undefined>();
  const after = new Map<string, string>();
  for (const change of changes) {
    const { file } = change;
    const source = before.has(file) ? after.get(file) : await contentOf(path.join(root, file));
    if (!before.has(file)) before.set(file, source);
    after.set(file, 'content' in change ? created(change, source) : edited(change, source));
  }
  const written: string[] = [];
  try {
    for (const [file, content] of after) {
      const place = path.join(root, file);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, content, before.get(file) === undefined ? { flag: 'wx' } : {});
      written.push(file);
    }
  } catch (error) {
    for (const file of written) {
      const place = path.join(root, file);
      const source = before.get(file);
      await (source === undefined ? rm(place) : writeFile(place, source));
    }
    throw new FailedError(`nothing was made: ${(error as Error).message}`, undefined, { cause: error });
  }
}

function created({ file, content }: Change & { content: string }, source: string | undefined): string {
  if (source === undefined) return content;
  throw new FailedError(
    `${file} is there already, so nothing was made`,
    'take another name, or remove it first',
  );
}

function edited(
  { file, edit }: Change & { edit: (source: string) => string },
  source: string | undefined,
): string {
  if (source === undefined)
    throw new FailedError(`there is no ${file}, so nothing was made`, 'run this in a copy of the repository');
  try {
    return edit(source);
  } catch (error) {
    if (!(error instanceof NoPlaceError)) throw error;
    throw new FailedError(
      `nothing was made: in ${file} ${error.message}`,
      'has the file another shape by now?',
      {
        cause: error,
      },
    );
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
