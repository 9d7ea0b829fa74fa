import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTraceCollector, testMongoUri } from '#libs/testing';
import type { TraceCollector } from '#libs/testing';

const run = promisify(execFile);
const root = process.cwd();
const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

let collector: TraceCollector;
let built: string;

// Below node_modules, so that the built files find their packages as they do in dist.
beforeAll(async () => {
  const cache = path.join(root, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  built = await mkdtemp(path.join(cache, 'telemetry-'));
  const swc = path.join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  await run(
    process.execPath,
    [swc, 'libs/telemetry', '-d', built, '--strip-leading-paths', '--config-file', '.swcrc'],
    {
      cwd: root,
    },
  );
  collector = await startTraceCollector();
});
afterAll(async () => {
  await collector.close();
  await rm(built, { recursive: true, force: true });
});

const runApp = (env: Record<string, string>) =>
  run(process.execPath, [path.join(root, 'libs/telemetry/patched-app/main.mjs')], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      TELEMETRY_DOOR: pathToFileURL(path.join(built, 'telemetry', 'index.js')).href,
      MONGODB_URI: testMongoUri(),
      TRACEPARENT: `00-${caller.traceId}-${caller.spanId}-01`,
      ...env,
    },
  });

describe('an app of ES modules', () => {
  it('sends one trace from the HTTP request to MongoDB, and nothing else', async () => {
    const { stdout } = await runApp({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(stdout).toBe('{"text":"two"}');

    const spans = collector.spans();
    const named = (name: string) => {
      const found = spans.filter((span) => span.name === name);
      expect(found).toHaveLength(1);
      return found[0]!;
    };
    const operation = named('operation write_note');
    const parents = [operation];
    for (let span = operation; ;) {
      const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
      if (parent === undefined) break;
      parents.push(parent);
      span = parent;
    }
    expect(parents.map(({ name }) => name)).toEqual(['operation write_note', 'write', 'Notes.write', 'GET']);
    expect(parents.at(-1)).toMatchObject({ kind: 'server', parentSpanId: caller.spanId });
    for (const name of ['save notes', 'bulkWrite notes', 'aggregate notes'])
      expect(named(name)).toMatchObject({ kind: 'client', parentSpanId: operation.spanId });

    expect(spans).toHaveLength(7);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([caller.traceId]));
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['patched-app']));
  });

  it('works, and says once what is wrong, when the collector is away', async () => {
    const { stdout, stderr } = await runApp({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
    });
    expect(stdout).toBe('{"text":"two"}');
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^tracing: /)]);
  });
});
