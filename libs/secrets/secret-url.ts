import { UnreadableSecretError } from './errors.js';
import { readSecret } from './read-secret.js';
import type { SecretOptions } from './read-secret.js';

/** Gives the address that a setting stands for. Throws UnreadableSecretError for what is none, without showing it. */
export function readSecretUrl(
  setting: string,
  said: string,
  protocols: readonly string[],
  options: SecretOptions = {},
): URL {
  const text = readSecret(setting, said, options);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && protocols.includes(url.protocol) && url.hostname !== '') return url;
  const expected = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  throw new UnreadableSecretError(setting, `stands for what is no address; expected ${expected}`);
}
