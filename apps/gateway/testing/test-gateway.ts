import type { FlowRunDto } from '#libs/contracts';
import { FlowRegistry, flow, serveStarts, serveSteering } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import type { RunningService } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import type { TaskNode } from '../flow-runs/task-tree.js';
import { startGateway } from '../index.js';
import type { Gateway, GatewayConfig } from '../index.js';
import { DocumentCheck } from './document-check.js';
import type { OpenApiDocument } from './document-check.js';
import { EchoInput } from './echo.contract.js';
import { startEcho } from './echo.service.js';
import { Records, startRecords } from './records.service.js';

/** What answers may hold; each test looks at what it asked for. */
export interface Body {
  readonly runId: string;
  readonly taskRunId: string;
  readonly traceId: string;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly value: unknown; readonly message: string }[];
  readonly error: { readonly message: string };
  readonly items: readonly { readonly name: string }[];
  readonly result: Readonly<Record<string, unknown>>;
  readonly logEntries: readonly unknown[];
  readonly links: Readonly<Record<string, string>>;
}

export interface RunBody extends FlowRunDto {
  readonly taskTree: TaskNode[];
  readonly taskTreeTruncated: boolean;
  readonly links: unknown;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

const song = flow(
  { name: 'song', aliases: ['tune'], description: 'Sings', input: EchoInput, tags: ['evening'] },
  async () => ({ sung: true }),
);

/**
 * A gateway of a spec's own, on a broker account of its own: behind it are the service `echo`, a stand-in for the
 * audit that holds `records`, and the start and the steering of the flow `song`, which no orchestrator runs.
 */
export class TestGateway {
  private check: Promise<DocumentCheck> | undefined;

  private constructor(
    readonly natsUrl: string,
    readonly log: JetStreamRunLog,
    readonly gateway: Gateway,
    readonly records: Records,
    private readonly behind: readonly Pick<RunningService, 'close'>[],
  ) {}

  /** Nobody is asked who they are, unless the settings say otherwise. */
  static async start(settings: Partial<GatewayConfig> = {}): Promise<TestGateway> {
    const { url: natsUrl } = testNats();
    const records = new Records();
    const log = await connectRunLog({ servers: natsUrl });
    const [echo, audit] = await Promise.all([startEcho(natsUrl), startRecords(natsUrl, records)]);
    const registry = new FlowRegistry([song]);
    const starts = await serveStarts(log.connection, log, registry);
    const buckets = jetStreamBuckets(log.connection);
    const steering = await serveSteering(log.connection, { log, registry, buckets });
    await echo.catalog.publishFlow({
      name: 'song',
      aliases: ['tune'],
      description: 'Sings',
      version: '1',
      tags: ['evening'],
      inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
    });
    const gateway = await startGateway({
      ...{ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } },
      ...settings,
    });
    return new TestGateway(natsUrl, log, gateway, records, [starts, steering, echo, audit]);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    for (const part of this.behind) await part.close();
    await this.log.close();
  }

  /** Asks, and throws where the answer is not what the gateway's own document says of it. */
  async ask<T = Body>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(this.gateway.url + path, init);
    const body = (await response.json()) as T;
    const { status, headers } = response;
    const mediaType = headers.get('content-type') ?? '';
    const came = { method: init.method ?? 'GET', path, status, mediaType, body };
    const wrong = (await this.document()).disagreements(came);
    if (wrong.length > 0) throw new Error(`the document says otherwise:\n${wrong.join('\n')}`);
    return { status, headers, body };
  }

  /** The document that the gateway serves, to judge by. */
  private document(): Promise<DocumentCheck> {
    return (this.check ??= fetch(`${this.gateway.url}/docs-json`)
      .then((response) => response.json())
      .then((document) => new DocumentCheck(document as OpenApiDocument)));
  }

  post<T = Body>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.send('POST', path, body, headers);
  }

  send<T = Body>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.ask<T>(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}

/** Gives a run's answer as the audit would keep it. */
export function recordOf({
  taskTree: _tree,
  taskTreeTruncated: _truncated,
  links: _links,
  ...run
}: RunBody): FlowRunDto {
  return run;
}
