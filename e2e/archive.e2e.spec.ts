import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { startApplier } from '#apps/applier';
import { RETENTION, startAudit, type RunningAudit } from '#apps/audit';
import { startGateway, type Gateway } from '#apps/gateway';
import { startOrchestratorApp } from '#apps/orchestrator';
import { flowRunId } from '#libs/run-log';
import { testMongoUri, testNats } from '#libs/testing';
import { TestClient } from './support/test-client.js';

Logger.overrideLogger(false);
const { url: natsUrl } = testNats();
const mongoUri = testMongoUri();
const AHEAD_MS = 31 * 86_400_000;

/** For the audit, a month has gone by whenever the test says so. */
let isMonthLater = false;
const ticks = new EventEmitter().setMaxListeners(0);
const clock = {
  now: () => Date.now() + (isMonthLater ? AHEAD_MS : 0),
  sleep: async (_ms: number, signal: AbortSignal): Promise<void> => {
    await once(ticks, 'tick', { signal });
  },
};

const opened: { close(): Promise<void> }[] = [];
let audit: RunningAudit;
let gateway: Gateway;
let client: TestClient;

beforeAll(async () => {
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.unshift(part);
    return part;
  };
  audit = keep(await startAudit({ natsUrl, mongoUri, clock, retention: { ...RETENTION, everyMs: 1 } }));
  keep(await startApplier({ nats: natsUrl, mongoUri, settings: {} }));
  keep(await startOrchestratorApp({ natsUrl }));
  gateway = keep(await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } }));
  client = keep(await TestClient.connect(natsUrl));
  await audit.folding;
});
afterAll(async () => {
  for (const part of opened) await part.close();
});

async function ask<T>(path: string, body?: object): Promise<{ status: number; body: T }> {
  const response = await fetch(gateway.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

/** Resolves once the log holds no more than the ends of a run, and a month has not gone by any more. */
async function archived(runId: string): Promise<void> {
  isMonthLater = true;
  while ((await client.log.readRun(flowRunId(runId))).events.length > 2) ticks.emit('tick');
  isMonthLater = false;
}

interface Exported {
  readonly events: readonly { readonly event: { readonly type: string } }[];
}

describe('a run that was archived', () => {
  it('is read, exported and restarted as before, and its key leads to it', async () => {
    const input = { message: 'it works' };
    const start = () => client.start('task_notify', input, 'key-1');
    const { runId } = await start();
    const end = await client.ended(runId);
    expect(end).toMatchObject({ type: 'FlowCompleted' });
    const before = await ask<Exported>(`/flow-runs/${runId}/export`);
    expect(before.status).toBe(200);
    const inspected = await ask<{ status: string }>(`/flow-runs/${runId}`);
    const steps = await ask<{ items: unknown[] }>(`/flow-runs/${runId}/steps`);
    await archived(runId);

    expect(await ask(`/flow-runs/${runId}/export`)).toEqual(before);
    expect(await ask(`/flow-runs/${runId}/steps`)).toEqual(steps);
    expect(steps.body.items).toHaveLength(1);
    expect((await ask<{ status: string }>(`/flow-runs/${runId}`)).body.status).toBe('completed');
    expect(inspected.status).toBe(200);
    expect(await start()).toMatchObject({ runId, existing: true });
    await expect(client.start('task_notify', { message: 'another' }, 'key-1')).rejects.toMatchObject({
      code: 'flow/idempotency-conflict',
    });
    expect((await ask<{ code: string }>(`/flow-runs/${runId}/cancel`, {})).body.code).toBe('flow/run-ended');

    const kept = await ask<{ runId: string }>(`/flow-runs/${runId}/restart`, {});
    const anew = await ask<{ runId: string }>(`/flow-runs/${runId}/restart`, { fromStep: 1 });
    expect([kept.status, anew.status]).toEqual([202, 202]);
    expect(await client.ended(flowRunId(kept.body.runId))).toEqual(end);
    expect(await client.ended(flowRunId(anew.body.runId))).toMatchObject({ type: 'FlowCompleted' });
    // What was kept is not done again.
    const executed = async (id: string) =>
      (await ask<Exported>(`/flow-runs/${id}/export`)).body.events.filter(
        ({ event }) => event.type === 'TaskFinished',
      );
    expect(await executed(kept.body.runId)).toHaveLength(0);
    expect(await executed(anew.body.runId)).toHaveLength(1);
  });

  it('is nobody else’s, and one that never was is still unknown', async () => {
    const { runId } = await client.start('task_notify', { message: 'mine' });
    await client.ended(runId);
    await archived(runId);
    const asOther = await fetch(`${gateway.url}/flow-runs/${runId}/export`, {
      headers: { 'x-user-id': 'lou' },
    });
    expect(asOther.status).toBe(404);
    expect((await ask('/flow-runs/never-was/export')).status).toBe(404);
    expect((await ask('/flow-runs/never-was/restart', {})).status).toBe(404);
  });
});
