import { UnreadableSecretError } from './errors.js';
import type { Environment } from './read-secret.js';

/**
 * Gives what a setting says about a secret, to be handed to readSecret: the variable `name` as it stands, or
 * `file:` and the path that `name`_FILE holds, as containers are given theirs. Undefined where neither is set. Throws
 * UnreadableSecretError where both are.
 */
export function secretSetting(env: Environment, name: string): string | undefined {
  const said = env[name]?.trim() || undefined;
  const file = env[`${name}_FILE`]?.trim() || undefined;
  if (said !== undefined && file !== undefined)
    throw new UnreadableSecretError(name, `and ${name}_FILE are both set; expected one of them`);
  return file === undefined ? said : `file:${file}`;
}
