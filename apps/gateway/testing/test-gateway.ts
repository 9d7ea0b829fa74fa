import type { FlowRunDto } from '#libs/contracts';
import { FlowRegistry, flow, serveStarts, serveSteering } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import type { RunningService } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import type { TaskNode } from '../flow-runs/task-tree.js';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';
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
  private constructor(
    readonly natsUrl: string,
    readonly log: JetStreamRunLog,
    readonly gateway: Gateway,
    readonly records: Records,
    private readonly behind: readonly Pick<RunningService, 'close'>[],
  ) {}

  static async start(): Promise<TestGateway> {
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
    const gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent' });
    return new TestGateway(natsUrl, log, gateway, records, [starts, steering, echo, audit]);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    for (const part of this.behind) await part.close();
    await this.log.close();
  }

  async ask<T = Body>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(this.gateway.url + path, init);
    const body = (await response.json()) as T;
    return { status: response.status, headers: response.headers, body };
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
