import { readFile } from 'node:fs/promises';
import { TerminalError } from '#libs/operations';

/** A secret that a setting refers to is not there, or is none. The error names the reference, never a value. */
export class UnreadableSecretError extends TerminalError {
  constructor(setting: string, reference: string, options?: ErrorOptions) {
    super(
      'scraper/unreadable-secret',
      `${setting} refers to ${reference}, which cannot be used`,
      undefined,
      options,
    );
  }
}

/** What may stand in a header. Anything else would be quoted by whoever refuses it. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Gives the token that a setting stands for: `env:NAME` is that variable, `file:/path` what the file holds, anything
 * else is the token itself. Read at each use, so that a secret can be changed without a restart.
 */
export async function readToken(
  setting: string,
  said: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const reference = /^(?:env|file):/.test(said) ? said : 'what is no token';
  const token = (await valueOf(setting, said, env)).trim();
  if (!TOKEN.test(token)) throw new UnreadableSecretError(setting, reference);
  return token;
}

async function valueOf(
  setting: string,
  said: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (said.startsWith('env:')) return env[said.slice('env:'.length)] ?? '';
  if (!said.startsWith('file:')) return said;
  try {
    return await readFile(said.slice('file:'.length), 'utf8');
  } catch (error) {
    throw new UnreadableSecretError(setting, said, { cause: error });
  }
}
