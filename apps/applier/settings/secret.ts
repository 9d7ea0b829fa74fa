import { readFile } from 'node:fs/promises';
import { TerminalError } from '#libs/operations';

type Environment = Readonly<Record<string, string | undefined>>;

/** A secret that a setting refers to is not there. The error names the reference, never a value. */
export class UnreadableSecretError extends TerminalError {
  constructor(setting: string, reference: string, options?: ErrorOptions) {
    super(
      'applier/unreadable-secret',
      `${setting} refers to ${reference}, which cannot be used`,
      undefined,
      options,
    );
  }
}

/**
 * Gives the value that a setting stands for: `env:NAME` is that variable, `file:/path` what the file holds, anything
 * else is the value itself. Read at each use, so that a secret can be changed without a restart.
 */
export async function readSecret(setting: string, said: string, env: Environment): Promise<string> {
  if (said.startsWith('env:')) {
    const value = env[said.slice('env:'.length)];
    if (!value) throw new UnreadableSecretError(setting, said);
    return value;
  }
  if (!said.startsWith('file:')) return said;
  try {
    return (await readFile(said.slice('file:'.length), 'utf8')).trim();
  } catch (error) {
    throw new UnreadableSecretError(setting, said, { cause: error });
  }
}

/** Gives the address that a setting stands for. Throws UnreadableSecretError for one that is none, without showing it. */
export async function readSecretUrl(
  setting: string,
  said: string,
  env: Environment,
  protocols: readonly string[],
): Promise<URL> {
  const text = await readSecret(setting, said, env);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '')
    throw new UnreadableSecretError(setting, `what is no address of ${protocols.join(' or ')}`);
  return url;
}
