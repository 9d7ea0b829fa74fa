import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import type { RunningService } from '#libs/operations';
import { startTelemetry } from '#libs/telemetry';
import { testNats } from '#libs/testing';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';
import { startEcho } from '../testing/echo.service.js';

const { url: natsUrl } = testNats();
const exporter = new InMemorySpanExporter();
let telemetry: Awaited<ReturnType<typeof startTelemetry>>;
let echo: RunningService;
let gateway: Gateway;

beforeAll(async () => {
  telemetry = await startTelemetry({ service: 'test', exporter });
  echo = await startEcho(natsUrl);
  gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } });
});

afterAll(async () => {
  await gateway.close();
  await echo.close();
  await telemetry.shutdown();
});

it('one trace goes from the caller through the gateway to the operation', async () => {
  const traceId = 'ab'.repeat(16);
  const answer = await fetch(`${gateway.url}/operations/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${'cd'.repeat(8)}-01` },
    body: '{"text":"ho"}',
  });
  await answer.json();
  await gateway.close(); // the server's span ends with its connection
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  const server = spans.find(({ name }) => name === 'POST /operations/:name');
  const operation = spans.find(({ name }) => name === 'operation echo');
  expect(server?.parentSpanContext?.spanId).toBe('cd'.repeat(8));
  expect(server?.attributes['http.response.status_code']).toBe(200);
  expect(operation?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId);
  expect(answer.headers.get('traceresponse')).toBe(`00-${traceId}-${server?.spanContext().spanId}-01`);
});
