import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '#libs/run-log';

/** Who asks, and how that is known. */
export interface Identity {
  readonly actor: Actor;
  /** `off`: nobody is asked who they are. */
  readonly method: 'key' | 'token' | 'off';
  /** What requests are counted by; undefined where they are not. */
  readonly countedAs?: string;
  readonly keyId?: string;
  readonly role?: string;
  /** Until when it holds, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** Calls back once when it holds no longer, such as when its key is revoked. Gives the way back. */
  readonly onEnd?: (listener: () => void) => () => void;
}

/** Under which the way of telling who asks is injected. */
export const IDENTIFY = Symbol('identify');

/** Tells on whose behalf a request comes. Throws where it may not come at all. */
export type Identify = (headers: IncomingHttpHeaders) => Identity | Promise<Identity>;
