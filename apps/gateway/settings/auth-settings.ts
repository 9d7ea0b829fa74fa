import type { RateLimitSettings } from '../limits/rate-limits.js';
import type { TokenSettings } from '../identity/tokens.js';
import type { TokenKeys } from '../identity/token-keys.js';

/** Who is let in. */
export type AuthSettings =
  /** Nobody is asked who they are; X-User-Id is believed. Only where nothing but this machine reaches the gateway. */
  { readonly mode: 'off' } | KeysAndTokens;

export interface KeysAndTokens {
  readonly mode: 'on';
  /** Where tokens (JWT) of an issuer are taken beside keys. */
  readonly tokens?: TokenSettings & { readonly keys: TokenKeys };
  /** Hears of the administrator's key that the first start makes. It is told once and kept nowhere. */
  readonly onFirstKey?: (key: string) => void | Promise<void>;
  /** Where the program that starts the gateway is to have an administrator's key of its own. */
  readonly machine?: MachineKey;
}

export interface MachineKey {
  readonly name: string;
  /** The key it kept from the last time. */
  readonly kept?: string | undefined;
  readonly keep: (key: string) => Promise<void>;
}

/** What of a gateway can be reached, by whom and how often. */
export interface AccessSettings {
  readonly auth?: AuthSettings;
  readonly rateLimits?: Partial<RateLimitSettings>;
  /** Origins whose pages may ask the gateway; none unless said otherwise. */
  readonly corsOrigins?: readonly string[];
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
}
