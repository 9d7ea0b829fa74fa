import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { FailedError } from '../terminal/cli-error.js';
import type { Outgoing } from './outgoing-lines.js';

export interface SavedFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the files of an application into a folder, which is made where it is missing. What is there already is left
 * alone. Throws FailedError where a file is not the one that was shown or cannot be written, and what the gateway
 * refuses with.
 */
export async function saveAttachments(
  gateway: GatewayClient,
  { applicationId, attachments }: Pick<Outgoing, 'applicationId' | 'attachments'>,
  folder: string,
): Promise<SavedFile[]> {
  const names = fileNames(attachments.map(({ fileName }) => fileName));
  await mkdir(folder, { recursive: true }).catch(unwritable(folder));
  const saved: SavedFile[] = [];
  for (const [at, { sha256 }] of attachments.entries()) {
    const source = `/applications/${encodeURIComponent(applicationId)}/files/${encodeURIComponent(sha256)}`;
    const bytes = await gateway.file(source);
    const file = path.join(folder, names[at]!);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new FailedError(`${file} is not written: the server gave another file than the one shown`);
    await writeOnce(file, bytes);
    saved.push({ file, bytes: bytes.length, sha256 });
  }
  return saved;
}

async function writeOnce(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return unwritable(file)(error);
    const there = await readFile(file).catch(unwritable(file));
    if (!there.equals(bytes))
      throw new FailedError(`${file} is not written: there is another file already; name another folder`);
  }
}

/** Keeps names inside the folder, whatever they hold, and apart from each other. */
function fileNames(wanted: readonly string[]): string[] {
  const taken = new Set<string>();
  return wanted.map((name) => {
    const safe = name.replace(/[/\\:*?"<>|\p{Cc}\p{Cf}]/gu, '_').replace(/^[.\s]+/, '_') || 'file';
    let free = safe;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${n}_${safe}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

const unwritable =
  (what: string) =>
  (error: unknown): never => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FailedError(`${what} cannot be written (${code ?? message})`, undefined, { cause: error });
  };
