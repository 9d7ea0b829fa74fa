import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../arrivals.fixtures.js';
import type { FlowRunId } from '../ids.js';
import type { Delivery, RunLog, Trigger } from '../run-log.js';
import { cancel, flowStarted, freshRun, requests, started } from '../run-log.fixtures.js';
import { partitionOf } from '../subjects.js';
import { atBench } from './bench.fixtures.js';
import type { Bench, MakeBench } from './bench.fixtures.js';

/** What the world asks of a run: that it begins, and all that is said to it later. */
export function requestFeatures(makeBench: MakeBench): void {
  describe('starting a run', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('stores the start once and refuses a second one', async () => {
      await log.start(runId, started({ a: 1 }));
      await expect(log.start(runId, started({ a: 2 }))).rejects.toMatchObject({
        code: 'run-log/run-exists',
        runId,
      });
      await expect(log.start(runId, started({ a: 1 }))).rejects.toMatchObject({
        code: 'run-log/run-exists',
      });
      const { events } = await log.readRun(runId);
      expect(events.map(({ event }) => event)).toEqual([started({ a: 1 })]);
    });

    it('keeps the trace context and leaves out one that is malformed', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await log.start(runId, started(), { traceparent, tracestate: 'a=1' });
      await log.request(runId, cancel, 'c1', { traceparent: 'x\r\nNats-Msg-Id: forged' });
      const { events } = await log.readRun(runId);
      expect(events.map(({ trace }) => trace)).toEqual([{ traceparent, tracestate: 'a=1' }, {}]);
    });
  });

  describe('requests', () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      ({ bench, log, runId } = await atBench(makeBench));
    });
    afterEach(() => bench.close());

    it('stores a repeat under one message id once', async () => {
      const first = await log.request(runId, cancel, 'c1');
      const second = await log.request(runId, cancel, 'c1');
      expect(first.duplicate).toBe(false);
      expect(second).toEqual({ seq: first.seq, duplicate: true });
      expect((await log.readRun(runId)).events).toHaveLength(1);
    });

    it('keeps the message ids of two runs apart', async () => {
      await log.request(runId, cancel, 'c1');
      expect((await log.request(freshRun(), cancel, 'c1')).duplicate).toBe(false);
    });

    it('hands every kind of request to the orchestrator, in order', async () => {
      const arrivals = new Arrivals<Delivery<Trigger>>();
      await log.orchestrate(partitionOf(runId), (delivery) => {
        delivery.ack();
        arrivals.take(delivery);
      });
      for (const [number, event] of requests(runId).entries()) await log.request(runId, event, `r${number}`);
      const all = await arrivals.reach(requests(runId).length);
      expect(all.map(({ event }) => event)).toEqual(requests(runId));
      expect((await log.readRun(runId)).lastDecision).toBe(0);
    });

    it('refuses to write a decision as a request (rule 21)', async () => {
      const forged = flowStarted as unknown as typeof cancel;
      await expect(log.request(runId, forged, 'x')).rejects.toThrow(TypeError);
      await expect(log.start(runId, forged as unknown as ReturnType<typeof started>)).rejects.toThrow(
        TypeError,
      );
    });
  });
}
