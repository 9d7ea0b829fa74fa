import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startGateway } from './index.js';
import { TestGateway } from './testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

describe('what every answer carries', () => {
  it('is the trace: the caller’s own, or a new one', async () => {
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const known = await at.ask('/operations', { headers: { traceparent } });
    expect(known.headers.get('x-trace-id')).toBe('ab'.repeat(16));
    const fresh = await at.ask('/nowhere');
    expect(fresh.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(fresh.body.traceId).toBe(fresh.headers.get('x-trace-id'));
  });

  it('is a set of headers that browsers heed, and no invitation to other origins', async () => {
    const { headers } = await at.ask('/operations', { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the description of the API', () => {
  it('has a typed path for each operation and flow', async () => {
    const { status, body } = await at.ask<OpenAPIObject>('/docs-json');
    expect(status).toBe(200);
    expect(body.paths['/operations/echo']?.post).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { properties: { times: { maximum: 10 } } } } },
      },
      responses: {
        '200': {
          content: {
            'application/json': {
              schema: { properties: { result: { properties: { text: { type: ['string', 'null'] } } } } },
            },
          },
        },
      },
    });
    expect(body.paths['/workflows/song']?.post?.operationId).toBe('start_song');
    expect(body.paths['/flow-runs']?.get?.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'limit', in: 'query' }),
        expect.objectContaining({ name: 'userId', in: 'query' }),
      ]),
    );
  });

  it('is shown by a page that loads nothing from elsewhere', async () => {
    const page = await (await fetch(`${at.gateway.url}/docs`)).text();
    expect(page).not.toMatch(/(src|href)="https?:/);
    const bundle = await fetch(`${at.gateway.url}/docs/swagger-ui-bundle.js`);
    expect(bundle.status).toBe(200);
    expect(await bundle.text()).not.toBe(''); // An answer that nobody reads keeps the gateway from closing.
  });
});

describe('the gateway’s health', () => {
  it('names each dependency', async () => {
    expect(await at.ask('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await at.ask('/health/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        dependencies: {
          broker: { status: 'ok' },
          log: { status: 'ok' },
          audit: { status: 'ok' },
          database: { status: 'ok' },
          orchestrator: { status: 'ok' },
        },
      },
    });
  });
});

it('names a port that is in use', async () => {
  await expect(
    startGateway({ natsUrl: at.natsUrl, port: at.gateway.port, logLevel: 'silent', auth: { mode: 'off' } }),
  ).rejects.toMatchObject({
    code: 'gateway/port-in-use',
    message: expect.stringContaining(String(at.gateway.port)),
  });
});
