import type { LoggerService } from '@nestjs/common';
import { HaltError } from '#libs/operations';
import { KEYS_BUCKET } from '#libs/key-registry';
import type { Buckets } from '#libs/key-values';
import { isLoopback } from '../http/host-names.js';
import { firstKey, machineKey } from '../keys/first-key.js';
import { KeyRing } from '../keys/key-ring.js';
import type { AuthSettings } from '../settings/auth-settings.js';
import { byCredentials } from './by-credentials.js';
import { byHeaders } from './identify.js';
import type { Identify } from './identity.js';
import { Tokens } from './tokens.js';

/** Whoever reaches the gateway could do everything. */
export class OpenToAllError extends HaltError {
  constructor(host: string) {
    super(
      'gateway/open-to-all',
      `authentication is off and the gateway would listen on ${host}, where others reach it: without authentication it listens on loopback only, such as 127.0.0.1`,
    );
  }
}

/** How the gateway knows who asks. */
export interface Access {
  readonly identify: Identify;
  readonly ring: KeyRing;
  close(): void;
}

/** Throws OpenToAllError where everybody would be let in. */
export function assertClosed(auth: AuthSettings, host: string): void {
  if (auth.mode === 'off' && !isLoopback(host)) throw new OpenToAllError(host);
}

/** Reads the keys, and makes those that the first start has to make. */
export async function openAccess(
  auth: AuthSettings,
  buckets: Buckets,
  logger: LoggerService,
): Promise<Access> {
  const ring = await KeyRing.open(buckets.open(KEYS_BUCKET), {
    onUnwritten: (error) => {
      logger.warn(`that a key was used could not be noted: ${String(error)}`);
    },
  });
  try {
    if (auth.mode === 'off') return { identify: byHeaders, ring, close: () => ring.close() };
    if (auth.machine) {
      const { name, kept, keep } = auth.machine;
      const made = await machineKey(ring, name, kept);
      if (made) await keep(made.key);
    }
    if (auth.onFirstKey) {
      const made = await firstKey(ring);
      if (made) await auth.onFirstKey(made.key);
    }
    const tokens = auth.tokens && new Tokens(auth.tokens, auth.tokens.keys);
    const identify = byCredentials({ ring, logger, ...(tokens ? { tokens } : {}) });
    return { identify, ring, close: () => ring.close() };
  } catch (error) {
    ring.close();
    throw error;
  }
}
