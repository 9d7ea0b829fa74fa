import { Webhook } from 'standardwebhooks';
import type { WebhookScheme } from '#libs/deployments';
import { readSecret, secretSetting, UnreadableSecretError } from '#libs/secrets';
import type { Environment } from '#libs/secrets';

/** Under this name the environment says what a webhook is signed with. */
export const secretNameOf = (webhook: string): string => `TRIGGER_SECRET_${webhook.toUpperCase()}`;

/** Knows what webhooks are signed with. Read at each use, so that a secret can be changed without a restart. */
export class HookSecrets {
  constructor(private readonly env: Environment) {}

  /** Gives the secret of a webhook. Throws UnreadableSecretError, which names the setting and never shows a value. */
  read(webhook: string, scheme: WebhookScheme): string {
    const setting = secretNameOf(webhook);
    const said = secretSetting(this.env, setting);
    if (said === undefined) throw new UnreadableSecretError(setting, 'is not set');
    const secret = readSecret(setting, said, { env: this.env });
    if (scheme === 'standard') assertKey(setting, secret);
    return secret;
  }
}

function assertKey(setting: string, secret: string): void {
  try {
    new Webhook(secret);
  } catch {
    // The library's own error tells of the value.
    throw new UnreadableSecretError(
      setting,
      'stands for what signs no Standard Webhooks: expected whsec_ and a key in base64',
    );
  }
}
