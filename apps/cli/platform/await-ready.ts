import { setTimeout as pause } from 'node:timers/promises';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Health } from '../gateway/resources.js';

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 25;

/**
 * Waits until the gateway reaches all that it depends on: a service that has started is heard of a moment
 * later. Gives what is still missing after a quarter of a minute, in words; nothing when all is well.
 */
export async function awaitReady(url: string): Promise<readonly string[]> {
  const gateway = new GatewayClient(url);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const missing = await missingIn(gateway);
    if (missing.length === 0 || performance.now() > deadline) return missing;
    await pause(LOOK_EVERY_MS);
  }
}

async function missingIn(gateway: GatewayClient): Promise<string[]> {
  try {
    const { dependencies } = await gateway.get<Health>('/health');
    return Object.entries(dependencies)
      .filter(([, { status }]) => status !== 'ok')
      .map(
        ([name, { status, reason }]) => `${name} is ${status}${reason === undefined ? '' : `: ${reason}`}`,
      );
  } catch (error) {
    return [(error as Error).message];
  }
}
