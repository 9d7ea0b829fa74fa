import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { sharedServer } from './shared-server.js';

/** How to reach an account of one's own on the run's shared broker; fits nats.js `connect` as it is. */
export interface TestNats {
  readonly servers: string;
  readonly user: string;
  readonly pass: string;
  /** The same in one string, for a process that takes an address. */
  readonly url: string;
}

/**
 * Hands out an account of the shared broker that nobody else in this run has: its streams, consumers and
 * subjects are the caller's alone, so spec files that use the same names run side by side.
 */
export function testNats(): TestNats {
  const { host } = new URL(sharedServer('TEST_NATS_URL'));
  const account = takeAccount(path.join(sharedServer('TEST_SERVERS_HOME'), 'accounts'));
  return {
    servers: host,
    user: account,
    pass: account,
    url: `nats://${account}:${account}@${host}`,
  };
}

// Workers are processes of their own; a folder can be made by one of them only.
function takeAccount(taken: string): string {
  mkdirSync(taken, { recursive: true });
  for (let number = 0; ; number++) {
    try {
      mkdirSync(path.join(taken, String(number)));
      return `test${number}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
