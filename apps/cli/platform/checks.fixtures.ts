import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFolders } from '#libs/local-stack';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Check, CheckInput, Finding } from './finding.js';

/** A folder of the spec's own. */
export let home: string;
/** How to close what a test has opened. */
export const opened: (() => Promise<unknown>)[] = [];

export async function makeHome(): Promise<void> {
  home = await mkdtemp(path.join(tmpdir(), 'doctor-'));
}
export async function closeOpened(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}
export const removeHome = (): Promise<void> => rm(home, { recursive: true, force: true });

export const inputOf = (over: Partial<CheckInput> = {}): CheckInput => ({
  folders: { ...findFolders(), home },
  env: {},
  gateway: new GatewayClient('http://127.0.0.1:9'),
  now: Date.now,
  port: 3000,
  workingFolder: home,
  ...over,
});

export async function look(check: Check, over: Partial<CheckInput> = {}): Promise<readonly Finding[]> {
  return check(inputOf(over));
}

export const bad = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ verdict }) => verdict === 'bad');
export const named = (findings: readonly Finding[], what: string): Finding | undefined =>
  findings.find((finding) => finding.what === what);

export async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(async () => {
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
