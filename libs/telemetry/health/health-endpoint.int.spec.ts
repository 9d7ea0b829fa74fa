import { afterEach, describe, expect, it } from '@jest/globals';
import { counter } from '../metrics/instruments.js';
import { startMetrics } from '../metrics/start-metrics.js';
import { serveHealth } from './health-endpoint.js';
import { ProcessHealth } from './process-health.js';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function served(health: ProcessHealth) {
  const endpoint = await serveHealth({ health, port: '0' });
  undo.push(() => endpoint.close());
  return {
    port: endpoint.port,
    get: async (path: string): Promise<{ status: number; type: string | null; body: unknown }> => {
      const answer = await fetch(`http://127.0.0.1:${endpoint.port}${path}`);
      const text = await answer.text();
      const type = answer.headers.get('content-type');
      return {
        status: answer.status,
        type,
        body: type?.startsWith('application/json') ? JSON.parse(text) : text,
      };
    },
  };
}

describe('the health port', () => {
  it('tells of a process that starts, works and ends', async () => {
    const health = new ProcessHealth('mailer');
    const { get } = await served(health);
    expect(await get('/live')).toMatchObject({ status: 200, body: { status: 'ok', service: 'mailer' } });
    expect(await get('/health')).toMatchObject({ status: 503, body: { status: 'starting' } });
    expect(await get('/ready')).toMatchObject({ status: 503, body: { missing: ['start: it is starting'] } });

    let trouble: string | undefined = undefined;
    const broker = (): string | undefined => trouble;
    health.started({ broker });
    for (const path of ['/live', '/ready', '/ready?from=probe', '/health', '/', '/anything'])
      expect(await get(path)).toMatchObject({ status: 200, body: { service: 'mailer' } });
    trouble = 'it is away';
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: { status: 'not ready', missing: ['broker: it is away'] },
    });
    expect(await get('/live')).toMatchObject({ status: 200 });
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'ok', service: 'mailer' } });

    health.stopping();
    expect(await get('/ready')).toMatchObject({
      status: 503,
      body: { missing: ['stop: it is shutting down'] },
    });
    expect(await get('/live')).toMatchObject({ status: 200 });
  });

  it('gives the figures of the process where they are collected', async () => {
    const { get } = await served(new ProcessHealth('mailer'));
    expect(await get('/metrics')).toMatchObject({ status: 404, body: { status: 'off' } });
    const metrics = await startMetrics({ service: 'mailer' });
    undo.push(() => metrics.shutdown());
    counter('letters', { unit: '{letter}', description: 'Letters' }).add(2);
    expect(await get('/metrics')).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: expect.stringMatching(/^letters_total 2$/m),
    });
  });

  it.each([
    ['70000', 'expected a number from 0 to 65535'],
    ['http', 'expected a number from 0 to 65535'],
  ])('refuses the port %s in one sentence', async (port, sentence) => {
    await expect(serveHealth({ health: new ProcessHealth('mailer'), port })).rejects.toThrow(sentence);
  });

  it('refuses a port that somebody has', async () => {
    const { port } = await served(new ProcessHealth('mailer'));
    await expect(serveHealth({ health: new ProcessHealth('other'), port: String(port) })).rejects.toThrow(
      `HEALTH_PORT ${port} cannot be used: another process has it`,
    );
  });
});
