export { UnreadableSecretError } from './errors.js';
export { readSecret } from './read-secret.js';
export { secretSetting } from './secret-setting.js';
export type { Environment, SecretOptions } from './read-secret.js';
export { readToken } from './secret-token.js';
export { readSecretUrl } from './secret-url.js';
export { withoutSecrets } from './without-secrets.js';
