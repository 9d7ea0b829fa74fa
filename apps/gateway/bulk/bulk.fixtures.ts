import { expect } from '@jest/globals';
import type { FlowRunStatus } from '#libs/contracts';
import { jetStreamBuckets } from '#libs/key-values';
import { flowRunId } from '#libs/run-log';
import { EventStream } from '../testing/event-stream.js';
import { RunScript } from '../testing/run-script.js';
import { recordOf } from '../testing/test-gateway.js';
import type { RunBody, TestGateway } from '../testing/test-gateway.js';
import type { BulkWork, KeptWork } from './bulk-work.js';

export const CANCEL = '/flow-runs/bulk/cancel';
export const filter = { status: 'running' } as const;

const NONE = { done: 0, skipped: 0, failed: 0, failures: [] };

/** Runs that are worked on in bulk, and the work on them. */
export class BulkRuns {
  constructor(private readonly at: TestGateway) {}

  /** Begins runs that the audit has recorded with a status. */
  async runs(count: number, status: FlowRunStatus = 'running'): Promise<RunScript[]> {
    const { at } = this;
    const scripts: RunScript[] = [];
    for (let n = 0; n < count; n += 1) {
      const { body } = await at.post('/workflows/song', { text: 'la' });
      const script = new RunScript(at.log, flowRunId(body.runId));
      await script.begin();
      const record = recordOf((await at.ask<RunBody>(`/flow-runs/${body.runId}`)).body);
      at.records.flowRuns.set(body.runId, { ...record, status });
      scripts.push(script);
    }
    return scripts;
  }

  /** Gives what was said to a run to make it end. */
  async cancels({ runId }: RunScript): Promise<unknown[]> {
    return (await this.at.log.readRun(runId)).events
      .map(({ event }) => event)
      .filter(({ type }) => type === 'CancelRequested');
  }

  /** Follows bulk work to its end. */
  async end(id: string): Promise<BulkWork> {
    const stream = await EventStream.open(`${this.at.gateway.url}/flow-runs/bulk/${id}/events`);
    expect(stream.response.status).toBe(200);
    const seen = await stream.until('end');
    expect(seen[0]?.event).toBe('progress');
    return JSON.parse(seen.at(-1)?.data ?? '') as BulkWork;
  }

  /** Keeps bulk work as a gateway leaves it that is in the middle of it. */
  async left(id: string, holder: KeptWork['holder'], status: KeptWork['status'] = 'running'): Promise<void> {
    const createdAt = new Date().toISOString();
    const work: KeptWork = {
      id,
      action: 'cancel',
      filter,
      reason: null,
      by: { userId: 'local', channel: 'api' },
      status,
      total: 2,
      ...NONE,
      error: null,
      createdAt,
      updatedAt: createdAt,
      finishedAt: null,
      cursor: null,
      settled: NONE,
      holder,
    };
    await jetStreamBuckets(this.at.log.connection).open('BULK').create([id], work);
  }
}
