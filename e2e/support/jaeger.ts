import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findFreePort } from '#libs/local-stack';
import type { TracedSpan } from './span-tree.js';

const ANY_PORT = '127.0.0.1:0';
/** What would else listen on a fixed port; nothing here speaks to it. */
const UNUSED = [
  'admin.http',
  'collector.grpc-server',
  'collector.http-server',
  'collector.otlp.grpc',
  'http-server',
  'query.grpc-server',
];
const UNUSED_UDP = ['jaeger-binary', 'jaeger-compact', 'zipkin-compact'];

/** A span as Jaeger tells of it, with what it found wrong. */
export interface JaegerSpan extends TracedSpan {
  readonly kind: string;
  readonly warnings: readonly string[];
}

/** A Jaeger of the test's own: ports that were free, storage in memory. Source: Jaeger 1.62, all-in-one and query API. */
export class Jaeger {
  private constructor(
    private readonly child: ChildProcess,
    /** What OTEL_EXPORTER_OTLP_ENDPOINT is to hold. */
    readonly otlpUrl: string,
    private readonly queryUrl: string,
  ) {}

  /** Starts the binary that JAEGER_BIN names; resolves once it takes spans and answers. */
  static async start(): Promise<Jaeger> {
    const binary = process.env['JAEGER_BIN'];
    if (!binary) throw new Error('JAEGER_BIN names no Jaeger; `make test-jaeger` builds one and sets it');
    const otlp = `127.0.0.1:${await findFreePort()}`;
    const child = spawn(
      binary,
      [
        ...UNUSED.map((part) => `--${part}.host-port=${ANY_PORT}`),
        ...UNUSED_UDP.map((part) => `--processor.${part}.server-host-port=${ANY_PORT}`),
        `--collector.otlp.http.host-port=${otlp}`,
        `--query.http-server.host-port=${ANY_PORT}`,
      ],
      { env: { SPAN_STORAGE_TYPE: 'memory' }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return new Jaeger(child, `http://${otlp}`, `http://${await queryAddress(child)}`);
  }

  services(): Promise<readonly string[]> {
    return this.query<readonly string[]>('/api/services').then((names) => names ?? []);
  }

  /** The spans of a trace that have come so far. */
  async trace(traceId: string): Promise<readonly JaegerSpan[]> {
    const [trace] = (await this.query<readonly StoredTrace[]>(`/api/traces/${traceId}`)) ?? [];
    return trace?.spans.map((span) => readSpan(span, trace.processes)) ?? [];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }

  /** Null where Jaeger knows nothing: of a trace whose first span is on its way, it says 404. */
  private async query<T>(path: string): Promise<T | null> {
    const answer = await fetch(this.queryUrl + path);
    if (!answer.ok && answer.status !== 404) throw new Error(`Jaeger answered ${answer.status} to ${path}`);
    return ((await answer.json()) as { readonly data: T | null }).data;
  }
}

/** Jaeger's log tells which port it took, and when all its parts are up. */
function queryAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    let address: string | undefined;
    createInterface(child.stderr!).on('line', (line) => {
      lines.push(line);
      address ??= /"http_addr":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined && line.includes('"status":"ready"')) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`Jaeger ended (${code ?? signal}):\n${lines.join('\n')}`)),
    );
  });
}

interface StoredSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly processID: string;
  readonly references: readonly {
    readonly refType: string;
    readonly traceID: string;
    readonly spanID: string;
  }[];
  readonly tags: readonly { readonly key: string; readonly value: string | number | boolean }[];
  readonly warnings: readonly string[] | null;
}

interface StoredTrace {
  readonly spans: readonly StoredSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

function readSpan(span: StoredSpan, processes: StoredTrace['processes']): JaegerSpan {
  const tag = (...keys: readonly string[]): string =>
    String(span.tags.find(({ key }) => keys.includes(key))?.value ?? '');
  const parent = span.references.find(
    ({ refType, traceID }) => refType === 'CHILD_OF' && traceID === span.traceID,
  );
  return {
    service: processes[span.processID]?.serviceName ?? '',
    scope: tag('otel.scope.name', 'otel.library.name'),
    name: span.operationName,
    kind: tag('span.kind'),
    traceId: span.traceID,
    spanId: span.spanID,
    parentSpanId: parent?.spanID ?? null,
    warnings: span.warnings ?? [],
  };
}
