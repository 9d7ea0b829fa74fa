import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setImmediate as aTurn } from 'node:timers/promises';
import { readinessOf, startMetrics } from '#libs/telemetry';
import type { Metrics } from '#libs/telemetry';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;
let metrics: Metrics;

beforeAll(async () => {
  metrics = await startMetrics({ service: 'gateway' });
  at = await TestGateway.start();
});
afterAll(async () => {
  await at.close();
  await metrics.shutdown();
});

const text = async (): Promise<string> => (await fetch(`${at.gateway.url}/metrics`)).text();

/** A request is counted when its answer has gone, which may be after whoever asked has read it. */
async function lineWith(...parts: readonly string[]): Promise<string> {
  for (;;) {
    const found = (await text())
      .split('\n')
      .find((line) => !line.startsWith('#') && parts.every((part) => line.includes(part)));
    if (found !== undefined) return found;
    await aTurn();
  }
}

describe('the figures of the gateway', () => {
  it('are given in the text format of Prometheus', async () => {
    const answer = await fetch(`${at.gateway.url}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toMatch(
      /^# TYPE http_server_request_duration_seconds|^# TYPE sse_viewers gauge/m,
    );
  });

  it('count requests by the template of their route, and paths that are none under one name', async () => {
    await at.ask('/flow-runs/01hzzzzzzzzzzzzzzzzzzzzzzz');
    await at.ask('/nowhere/at/all');
    const of = (route: string, status: string) =>
      lineWith('http_server_request_duration_seconds_count', `http_route="${route}"`, `code="${status}"`);
    expect(await of('/flow-runs/:id', '404')).toMatch(/ 1$/);
    expect(await of('unmatched', '404')).toMatch(/ 1$/);
    expect(await text()).not.toContain('nowhere');
    expect(await text()).not.toContain('01hzzz');
  });

  it('tell how many viewers there are', async () => {
    expect(await lineWith('sse_viewers')).toBe('sse_viewers 0');
    const { body } = await at.post('/workflows/song', { text: 'la' });
    const viewing = new AbortController();
    const stream = await fetch(`${at.gateway.url}/flow-runs/${body.runId}/events`, {
      signal: viewing.signal,
    });
    expect(await lineWith('sse_viewers 1')).toBe('sse_viewers 1');
    viewing.abort();
    await stream.text().catch(() => undefined);
    expect(await lineWith('sse_viewers 0')).toBe('sse_viewers 0');
    // However long somebody looks, it says nothing of how fast the gateway is.
    expect(await text()).not.toContain('http_route="/flow-runs/:id/events"');
  });
});

describe('a gateway that is told to end', () => {
  it('says so before it closes, and is live as long as it answers', async () => {
    expect(await readinessOf('gateway', at.gateway.checks ?? {})).toMatchObject({
      status: 'ready',
      checks: { broker: { status: 'ok' }, log: { status: 'ok' } },
    });
    expect((await at.ask<{ status: string }>('/health/ready')).body.status).not.toBe('stopping');
    at.gateway.stopping?.();
    for (const path of ['/health', '/health/ready'])
      expect(await at.ask<{ status: string }>(path)).toMatchObject({
        status: 503,
        body: { status: 'stopping' },
      });
    expect(await at.ask('/health/live')).toMatchObject({ status: 200 });
    expect(await at.ask('/operations')).toMatchObject({ status: 200 });
  });
});
