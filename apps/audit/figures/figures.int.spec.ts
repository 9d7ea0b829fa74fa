import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as aTurn } from 'node:timers/promises';
import { connectRunLog, flowRunId, millis, streamSeq } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { flowStarted, scheduled, startRequested } from '#libs/run-records/testing';
import { readinessOf, startMetrics } from '#libs/telemetry';
import type { Metrics } from '#libs/telemetry';
import { cuttingProxy, testMongoUri, testNats } from '#libs/testing';
import type { CuttingProxy } from '#libs/testing';
import { startAudit } from '../index.js';
import type { RunningAudit } from '../index.js';
import { Cached } from './cached.js';

Logger.overrideLogger(false);

let proxy: CuttingProxy;
let log: JetStreamRunLog;
let metrics: Metrics;
let audit: RunningAudit;

beforeAll(async () => {
  const { url } = testNats();
  proxy = await cuttingProxy(url);
  metrics = await startMetrics({ service: 'audit' });
  audit = await startAudit({ natsUrl: proxy.url, mongoUri: testMongoUri() });
  await audit.folding;
  log = await connectRunLog({ servers: url, name: 'spec' });
});
afterAll(async () => {
  await log.close();
  await audit.close();
  await metrics.shutdown();
  await proxy.close();
});

/** The lines of one figure, once they are as they should be: the broker is asked every two seconds only. */
async function linesOf(
  name: string,
  enough: (lines: readonly string[]) => boolean,
): Promise<readonly string[]> {
  for (;;) {
    const lines = (await metrics.scrape()).split('\n').filter((line) => line.startsWith(`${name}{`));
    if (enough(lines)) return lines;
    await aTurn();
  }
}

describe('the figures of the audit', () => {
  it('tell of tasks that nobody takes, by operation and lane, and of runs that have not ended', async () => {
    const task = scheduled('t1');
    const reader = { ...task, globalConcurrency: 1, slots: 1, ackWaitMs: millis(30_000) };
    // Made, and gone again: its durable stays.
    await (await log.serve(reader, async () => undefined)).close();
    const id = flowRunId('run-1');
    await log.start(id, startRequested());
    const decided = await log.decide(id, streamSeq(0), [flowStarted, task]);
    await audit.reaches({ RUN: decided });

    const labels = `service="${task.service}",operation="${task.operation}",lane="${task.lane}"`;
    const depth = await linesOf('queue_depth', (lines) =>
      lines.includes(`queue_depth{${labels},state="waiting"} 1`),
    );
    expect(depth).toContain(`queue_depth{${labels},state="in_hand"} 0`);
    const aged = await linesOf('queue_age_seconds', (lines) =>
      lines.some((line) => line.includes(labels) && !line.endsWith(' 0')),
    );
    expect(
      Number(
        aged
          .find((line) => line.includes(labels))
          ?.split(' ')
          .at(-1),
      ),
    ).toBeGreaterThan(0);
    await linesOf('flow_runs_open', (lines) => lines.includes('flow_runs_open{status="running"} 1'));
    await linesOf('projection_lag', (lines) => lines.includes('projection_lag{stream="RUN"} 0'));
    const text = await metrics.scrape();
    expect(text).toMatch(/^log_size_bytes\{stream="RUN"\} [1-9]\d*$/m);
    expect(text).toMatch(/^projection_halted\{stream="RUN"\} 0$/m);
    expect(text).toMatch(/^audit_folded_total [1-9]\d*$/m);
    expect(text).not.toContain('run-1');
  });

  it('leave out what the broker does not tell, and say the rest all the same', async () => {
    proxy.freeze();
    await linesOf('queue_depth', (lines) => lines.length === 0);
    expect(await metrics.scrape()).toMatch(/^flow_runs_open\{status="running"\} 1$/m);
    expect((await readinessOf('audit', audit.checks)).missing).toEqual([
      'broker: the broker did not answer within 1500 ms',
    ]);
    proxy.thaw();
    await linesOf('queue_depth', (lines) => lines.length > 0);
    while ((await readinessOf('audit', audit.checks)).status !== 'ready') await aTurn();
  });
});

describe('what is looked up', () => {
  it('is asked for once in a while, whoever wants it, and at once after a failure', async () => {
    let now = 0;
    let asked = 0;
    let fails = false;
    const read = async (): Promise<number> => {
      asked += 1;
      if (fails) throw new Error('away');
      return asked;
    };
    const cached = new Cached(read, 1_000, { now: () => now });
    expect(await Promise.all([cached.get(), cached.get()])).toEqual([1, 1]);
    now = 999;
    expect(await cached.get()).toBe(1);
    now = 1_000;
    fails = true;
    await expect(cached.get()).rejects.toThrow('away');
    fails = false;
    expect(await cached.get()).toBe(3);
  });
});
