import { UnreadableSecretError } from './errors.js';
import { readSecret } from './read-secret.js';
import type { SecretOptions } from './read-secret.js';

/** What may stand in a header. Anything else would be quoted by whoever refuses it. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Gives the token that a setting stands for, without blanks around it. Throws UnreadableSecretError for what is none. */
export function readToken(setting: string, said: string, options: SecretOptions = {}): string {
  const token = readSecret(setting, said, options).trim();
  if (TOKEN.test(token)) return token;
  throw new UnreadableSecretError(setting, 'stands for what is no token; expected letters, digits and signs');
}
