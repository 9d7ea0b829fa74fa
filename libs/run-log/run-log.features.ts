import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from './arrivals.fixtures.js';
import { EVENT_VERSION } from './events.js';
import { Header } from './headers.js';
import type { HeaderRecord } from './headers.js';
import { millis, streamSeq } from './ids.js';
import type { FlowRunId, Millis } from './ids.js';
import type { Delivery, RunLog, ServiceReader, StreamName, TaskScheduled, Trigger } from './run-log.js';
import type { BodyLimits } from './claim-check.js';
import { evenlySpread, HolderDouble } from './partition-holder.fixtures.js';
import {
  callFinished,
  cancel,
  claimed,
  decisions,
  finished,
  flowStarted,
  freshRun,
  requests,
  runIn,
  scheduled,
  started,
  taskOf,
} from './run-log.fixtures.js';
import { partitionOf, runSubjects } from './subjects.js';
import type { ReaderReports, Undecodable } from './undecodable.js';

/** What an adapter brings so that the suite can run against it. */
export interface Bench {
  /** Another handle on the same log, as another process has. */
  open(options?: ReaderReports & { readonly bodyLimits?: BodyLimits }): Promise<RunLog>;
  now(): Millis;
  /** Lets time pass where it does not do so by itself. */
  passTime(ms: number): Promise<void>;
  /** Stores a message past the log's own rules. */
  inject(stream: StreamName, subject: string, headers: HeaderRecord, body: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const ZERO = streamSeq(0);
const NORMAL: ServiceReader = {
  service: 'sums',
  operation: 'add',
  lane: 'normal',
  globalConcurrency: 100,
  slots: 10,
  ackWaitMs: millis(30_000),
};

/** The rules of the run log that hold for every adapter. */
export function runLogFeatures(adapter: string, makeBench: () => Promise<Bench>): void {
  describe(`the run log (${adapter})`, () => {
    let bench: Bench;
    let log: RunLog;
    let runId: FlowRunId;

    beforeEach(async () => {
      bench = await makeBench();
      log = await bench.open();
      runId = freshRun();
    });
    afterEach(() => bench.close());

    describe('starting a run', () => {
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
        for (const [number, event] of requests(runId).entries())
          await log.request(runId, event, `r${number}`);
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

    describe('decisions', () => {
      it('appends a chain, each expecting the one before, and returns the last sequence', async () => {
        await log.start(runId, started());
        const decisions = [flowStarted, scheduled(1, { runId }), scheduled(2, { runId })];
        const last = await log.decide(runId, ZERO, decisions);
        const history = await log.readRun(runId);
        expect(history.lastDecision).toBe(last);
        expect(history.events.slice(1).map(({ event }) => event)).toEqual(decisions);
      });

      it('refuses the decision of an orchestrator that lost the run', async () => {
        const last = await log.decide(runId, ZERO, [flowStarted]);
        const other = await bench.open();
        await other.decide(runId, last, [scheduled(1, { runId })]);
        await expect(log.decide(runId, last, [scheduled(2, { runId })])).rejects.toMatchObject({
          code: 'run-log/fenced-out',
          runId,
          expected: last,
          stored: 0,
        });
      });

      it('lets facts and requests lie between decisions without moving the fence', async () => {
        const last = await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId })]);
        await log.outcome(runId, finished(taskOf(runId, 1)));
        await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
        await expect(log.decide(runId, last, [scheduled(2, { runId })])).resolves.toBeGreaterThan(last);
      });

      it('appends many as a whole and refuses them as a whole', async () => {
        const many = Array.from({ length: 30 }, (_, step) => scheduled(step, { runId }));
        const last = await log.decide(runId, ZERO, many);
        const history = await log.readRun(runId);
        expect(history.events.map(({ event }) => event)).toEqual(many);
        expect(history.lastDecision).toBe(last);
        await expect(log.decide(runId, streamSeq(last - 1), many)).rejects.toMatchObject({
          code: 'run-log/fenced-out',
          stored: 0,
        });
        expect((await log.readRun(runId)).events).toHaveLength(30);
      });

      it('appends more than the 1,000 that the broker takes in one batch (rule 21)', async () => {
        const many = Array.from({ length: 2_050 }, (_, step) => scheduled(step, { runId, input: 0 }));
        const last = await log.decide(runId, ZERO, many);
        const history = await log.readRun(runId);
        expect(history.events).toHaveLength(2_050);
        expect(history.lastDecision).toBe(last);
      });

      it('leaves a prefix where it was cut off in the middle, which the next append continues', async () => {
        const decisions = [flowStarted, scheduled(1, { runId }), scheduled(2, { runId })];
        const cut = await log.decide(runId, ZERO, decisions.slice(0, 2));
        const { events, lastDecision } = await log.readRun(runId);
        expect(lastDecision).toBe(cut);
        await log.decide(runId, lastDecision, decisions.slice(events.length));
        expect((await log.readRun(runId)).events.map(({ event }) => event)).toEqual(decisions);
      });

      it('lets exactly one of two writers have each place in a run', async () => {
        const other = await bench.open();
        const fight = async (writer: RunLog): Promise<number> => {
          let won = 0;
          for (let round = 0; round < 20; round++) {
            const { lastDecision } = await writer.readRun(runId);
            try {
              await writer.decide(runId, lastDecision, [scheduled(round, { runId })]);
              won++;
            } catch (error) {
              expect(error).toMatchObject({ code: 'run-log/fenced-out' });
            }
          }
          return won;
        };
        const [first, second] = await Promise.all([fight(log), fight(other)]);
        expect((await log.readRun(runId)).events).toHaveLength(first + second);
      });

      it('refuses what is no decision (rule 21)', async () => {
        const forged = started() as unknown as typeof flowStarted;
        await expect(log.decide(runId, ZERO, [forged])).rejects.toThrow(TypeError);
      });

      it('fences every kind of decision, and triggers nothing by it', async () => {
        const arrivals = new Arrivals<string>();
        await log.orchestrate(partitionOf(runId), (delivery) => {
          delivery.ack();
          arrivals.take(delivery.event.type);
        });
        let last = ZERO;
        for (const decision of decisions(runId)) {
          const before = last;
          last = await log.decide(runId, last, [decision]);
          await expect(log.decide(runId, before, [decision])).rejects.toMatchObject({
            code: 'run-log/fenced-out',
          });
        }
        const history = await log.readRun(runId);
        expect(history.events.map(({ event }) => event)).toEqual(decisions(runId));
        expect(history.lastDecision).toBe(last);
        await log.request(runId, cancel, 'c1');
        expect(await arrivals.reach(1)).toEqual(['CancelRequested']);
      });

      it('stores nothing for no decisions', async () => {
        await expect(log.decide(runId, streamSeq(7), [])).resolves.toBe(7);
      });
    });

    describe('claims', () => {
      it('gives an attempt to one holder, who may ask again', async () => {
        const task = taskOf(runId, 1);
        const seq = await log.claim(runId, claimed(task, 'worker-1', 'n1'));
        await expect(log.claim(runId, claimed(task, 'worker-1', 'n1'))).resolves.toBe(seq);
        await expect(log.claim(runId, claimed(task, 'worker-2', 'n2'))).rejects.toMatchObject({
          code: 'run-log/claim-taken',
          holder: 'worker-1',
          attempt: 1,
        });
      });
    });

    describe('outcomes', () => {
      it('stores a repeat of an outcome once', async () => {
        const fact = finished(taskOf(runId, 1));
        const seq = await log.outcome(runId, fact);
        await expect(log.outcome(runId, fact)).resolves.toBe(seq);
        expect((await log.readRun(runId)).events).toHaveLength(1);
      });

      it('stores the end of an attempt that was put off before', async () => {
        const task = taskOf(runId, 1);
        await log.outcome(runId, finished(task, { status: 'deferred', until: millis(5) }));
        await log.outcome(runId, finished(task, { status: 'deferred', until: millis(9) }));
        await log.outcome(runId, finished(task));
        expect((await log.readRun(runId)).events).toHaveLength(3);
      });
    });

    describe('reading a run', () => {
      it('knows nothing of a run that never was', async () => {
        await expect(log.readRun(runId)).resolves.toEqual({ runId, events: [], lastDecision: 0, last: 0 });
      });

      it('tells where each event lies and when it was stored', async () => {
        await log.start(runId, started());
        const { epoch } = await log.info('RUN');
        const [first] = (await log.readRun(runId)).events;
        expect(first).toMatchObject({ runId, position: { stream: 'RUN', epoch } });
        expect(Math.abs((first?.time ?? 0) - bench.now())).toBeLessThan(10_000);
      });

      it('leaves out timers that still wait, and names the last message all the same', async () => {
        const seq = await log.start(runId, started());
        await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
        const history = await log.readRun(runId);
        expect(history.events).toHaveLength(1);
        expect(history.last).toBeGreaterThan(seq);
      });

      it.each([
        ['a version that this build does not know', 'CancelRequested', '99', '{}', 'run-log/unknown-event'],
        ['a type that nobody knows', 'Exploded', String(EVENT_VERSION), '{}', 'run-log/unknown-event'],
        [
          'a body that is no event',
          'CancelRequested',
          String(EVENT_VERSION),
          '{',
          'run-log/undecodable-event',
        ],
      ])('says of %s where it lies, and reads the rest', async (_, type, version, body, code) => {
        await log.start(runId, started());
        const headers = { [Header.eventType]: type, [Header.eventVersion]: version };
        await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), headers, text(body));
        const lastDecision = await log.decide(runId, ZERO, [flowStarted]);
        const { seq: last } = await log.request(runId, cancel, 'c1');
        const history = await log.readRun(runId);
        expect(history).toMatchObject({ lastDecision, last });
        expect(history.events.map(({ event }) => event.type)).toEqual([
          'StartRequested',
          'FlowStarted',
          'CancelRequested',
        ]);
        const { seq } = history.events[0]!.position;
        expect(history.unreadable).toMatchObject({
          code,
          eventType: type,
          seq: seq + 1,
          disposition: 'halt',
        });
      });

      it('counts a decision that it cannot read as the last one', async () => {
        const first = await log.decide(runId, ZERO, [flowStarted]);
        const headers = { [Header.eventType]: 'Exploded', [Header.eventVersion]: String(EVENT_VERSION) };
        await bench.inject('RUN', runSubjects.decision(runId, flowStarted), headers, text('{}'));
        const { lastDecision } = await log.readRun(runId);
        expect(lastDecision).toBeGreaterThan(first);
        const halted = { code: 'x', message: 'y', disposition: 'halt' } as const;
        await log.decide(runId, lastDecision, [
          { type: 'RunHalted', reason: 'unknown-event', error: halted },
        ]);
      });
    });

    describe('large bodies', () => {
      const big = 'ß'.repeat(200_000);

      it('carries a body over 256 KiB by reference and reads it back whole (rule 20)', async () => {
        await log.start(runId, started({ big }));
        await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId, input: { big } })]);
        const { events } = await log.readRun(runId);
        expect(events[0]?.event).toEqual(started({ big }));
        expect(events[2]?.event).toEqual(scheduled(1, { runId, input: { big } }));
        expect((await log.info('RUN')).bytes).toBeLessThan(100_000);
      });

      it('hands a large trigger over in its place', async () => {
        const arrivals = new Arrivals<Delivery<Trigger>>();
        await log.orchestrate(partitionOf(runId), arrivals.take);
        await log.start(runId, started({ big }));
        await log.request(runId, cancel, 'c1');
        const [first, second] = await arrivals.reach(2);
        expect([first?.event.type, second?.event.type]).toEqual(['StartRequested', 'CancelRequested']);
      });

      it('carries a large call', async () => {
        const call = {
          ...callFinished(taskOf(runId, 1)),
          outcome: { status: 'success', result: big },
        } as const;
        await log.call(call);
        for await (const { event } of log.readAll('CALLS', ZERO)) expect(event).toEqual(call);
      });

      it('refuses a body over the limit and stores nothing', async () => {
        const narrow = await bench.open({ bodyLimits: { inline: 1_000, limit: 5_000 } });
        const oversized = { code: 'run-log/body-too-large', limit: 5_000, disposition: 'terminal' };
        const input = 'x'.repeat(6_000);
        await expect(narrow.start(runId, started(input))).rejects.toMatchObject(oversized);
        const chain = [flowStarted, scheduled(1, { runId, input })];
        await expect(narrow.decide(runId, ZERO, chain)).rejects.toMatchObject({
          ...oversized,
          eventType: 'TaskScheduled',
        });
        const result = finished(taskOf(runId, 1), { status: 'success', result: input });
        await expect(narrow.outcome(runId, result)).rejects.toMatchObject(oversized);
        expect((await log.readRun(runId)).events.map(({ event }) => event.type)).not.toContain(
          'StartRequested',
        );
      });

      it('drops something to watch that is too large, and says so', async () => {
        const troubles: unknown[] = [];
        const narrow = await bench.open({
          bodyLimits: { inline: 1_000, limit: 5_000 },
          onReaderTrouble: (_, error) => troubles.push(error),
        });
        const entry = { level: 'info', message: 'x'.repeat(2_000), at: millis(1) } as const;
        narrow.publishLive(runId, { type: 'LogEmitted', entry });
        expect(troubles).toMatchObject([{ code: 'run-log/body-too-large' }]);
      });
    });

    describe('forgetting a run', () => {
      const end = { type: 'FlowCompleted', result: 3 } as const;
      const types = async (): Promise<string[]> =>
        (await log.readRun(runId)).events.map(({ event }) => event.type);

      /** A run with a claim, a timer that waits and two large bodies. Gives its last message and its objects. */
      async function ended() {
        await log.start(runId, started('y'.repeat(400_000)));
        const input = 'x'.repeat(300_000);
        const decided = await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId, input })]);
        await log.claim(runId, claimed(taskOf(runId, 1), 'one', 'nonce'));
        await log.outcome(runId, finished(taskOf(runId, 1)));
        await log.setTimer(runId, 't1', millis(bench.now() + 3_600_000));
        await log.decide(runId, decided, [end]);
        const { last, bodies = [] } = await log.readRun(runId);
        return { last, bodies };
      }

      it('leaves its ends, which refuse another start and say that it has ended (rule 20)', async () => {
        const { last, bodies } = await ended();
        expect(bodies).toHaveLength(2);
        const other = freshRun();
        await log.start(other, started());
        await log.forget(runId, { upTo: last, keep: 'ends', bodies });
        await log.forget(runId, { upTo: last, keep: 'ends', bodies });
        const left = await log.readRun(runId);
        expect(left.events.map(({ event }) => event)).toEqual([started('y'.repeat(400_000)), end]);
        expect(left.lastDecision).toBe(left.last);
        expect(left.bodies).toEqual([bodies[0]]);
        await expect(log.start(runId, started())).rejects.toMatchObject({ code: 'run-log/run-exists' });
        await expect(log.decide(runId, ZERO, [flowStarted])).rejects.toMatchObject({
          code: 'run-log/fenced-out',
        });
        expect((await log.readRun(other)).events).toHaveLength(1);
      });

      it('leaves nothing, not even objects, and then frees the id', async () => {
        const { last, bodies } = await ended();
        await log.forget(runId, { upTo: last, keep: 'ends', bodies });
        await log.forget(runId, { upTo: last, keep: 'nothing', bodies });
        await log.forget(runId, { upTo: last, keep: 'nothing', bodies });
        expect(await log.readRun(runId)).toMatchObject({ events: [], last: 0 });
        await log.start(runId, started('y'.repeat(400_000)));
        expect(await types()).toEqual(['StartRequested']);
      });

      it.each(['ends', 'nothing'] as const)('keeps what came later: %s', async (keep) => {
        const { last, bodies } = await ended();
        await log.request(runId, cancel, 'late');
        await log.forget(runId, { upTo: last, keep, bodies });
        expect(await types()).toEqual(
          keep === 'ends' ? ['StartRequested', 'FlowCompleted', 'CancelRequested'] : ['CancelRequested'],
        );
      });

      it('knows nothing of a run that never was', async () => {
        const nothing = { upTo: streamSeq(9), bodies: [`${runId}/none`] };
        await log.forget(runId, { ...nothing, keep: 'ends' });
        await log.forget(runId, { ...nothing, keep: 'nothing' });
        expect(await types()).toEqual([]);
      });
    });

    describe('timers', () => {
      const triggers = async (): Promise<Arrivals<Delivery<Trigger>>> => {
        const arrivals = new Arrivals<Delivery<Trigger>>();
        await log.orchestrate(partitionOf(runId), (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        return arrivals;
      };

      it('fires at its time and not before', async () => {
        const arrivals = await triggers();
        const dueAt = millis(bench.now() + 300);
        await log.setTimer(runId, 't1', dueAt);
        await bench.passTime(300);
        const [fired] = await arrivals.reach(1);
        expect(fired?.event).toEqual({ type: 'TimerFired', timerId: 't1' });
        expect(fired?.time).toBeGreaterThanOrEqual(dueAt);
      });

      it('fires at once when its time is past', async () => {
        const arrivals = await triggers();
        await log.setTimer(runId, 't1', millis(bench.now() - 1_000));
        expect((await arrivals.reach(1))[0]?.event).toEqual({ type: 'TimerFired', timerId: 't1' });
      });

      it('is replaced by a later one of the same id, and taken back by id', async () => {
        const arrivals = await triggers();
        const soon = millis(bench.now() + 200);
        await log.setTimer(runId, 'moved', millis(soon - 100));
        await log.setTimer(runId, 'moved', millis(soon + 3_600_000));
        await log.setTimer(runId, 'cleared', millis(soon - 100));
        await log.clearTimers(runId, 'cleared');
        await log.setTimer(runId, 'kept', soon);
        await bench.passTime(300);
        expect((await arrivals.reach(1)).map(({ event }) => event)).toEqual([
          { type: 'TimerFired', timerId: 'kept' },
        ]);
      });

      it('goes with all others of its run, and one that is gone is no error', async () => {
        const arrivals = await triggers();
        const soon = millis(bench.now() + 200);
        await log.setTimer(runId, 't1', millis(soon - 100));
        await log.setTimer(runId, 't2', millis(soon - 50));
        await log.clearTimers(runId);
        await log.clearTimers(runId, 't1');
        const other = runIn(partitionOf(runId));
        await log.setTimer(other, 't3', soon);
        await bench.passTime(300);
        expect((await arrivals.reach(1)).map((delivery) => delivery.runId)).toEqual([other]);
      });

      it('refuses an id that a subject gives a meaning to', async () => {
        await expect(log.setTimer(runId, 'a.b', bench.now())).rejects.toThrow(TypeError);
      });
    });

    describe('serving an operation', () => {
      it('hands over the work of its operation and lane only', async () => {
        const arrivals = new Arrivals<Delivery<TaskScheduled>>();
        await log.serve(NORMAL, async (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        await log.decide(runId, ZERO, [
          flowStarted,
          scheduled(1, { runId, operation: 'subtract' }),
          scheduled(2, { runId, lane: 'urgent' }),
          scheduled(3, { runId }),
        ]);
        const [work] = await arrivals.reach(1);
        expect(work).toMatchObject({
          runId,
          event: scheduled(3, { runId }),
          deliveries: 1,
          deliverySeq: 1,
          olderThanReader: false,
        });
      });

      it('never holds more than its slots', async () => {
        let running = 0;
        let most = 0;
        const gates: (() => void)[] = [];
        const arrivals = new Arrivals<number>();
        await log.serve({ ...NORMAL, slots: 2 }, async (delivery) => {
          most = Math.max(most, ++running);
          const open = new Promise<void>((resolve) => gates.push(resolve));
          arrivals.take(delivery.event.step);
          await open;
          running--;
          delivery.ack();
        });
        const other = new Arrivals<number>();
        const work = [0, 1, 2, 3, 4].map((step) => scheduled(step, { runId }));
        await log.decide(runId, ZERO, work);
        await arrivals.reach(2);
        const second = await bench.open();
        await second.serve(NORMAL, async (delivery) => {
          delivery.ack();
          other.take(delivery.event.step);
        });
        // What the first has no slot for is free for the second.
        expect([...(await other.reach(3))].sort()).toEqual([2, 3, 4]);
        for (const open of gates) open();
        expect(most).toBe(2);
      });

      it('lets no more run over all processes than the global limit', async () => {
        const gates: (() => void)[] = [];
        const arrivals = new Arrivals<number>();
        const handler = async (delivery: Delivery<TaskScheduled>): Promise<void> => {
          const open = new Promise<void>((resolve) => gates.push(resolve));
          arrivals.take(delivery.event.step);
          await open;
          delivery.ack();
        };
        const reader = { ...NORMAL, globalConcurrency: 3 };
        const second = await bench.open();
        await log.serve(reader, handler);
        await second.serve(reader, handler);
        await log.decide(
          runId,
          ZERO,
          [0, 1, 2, 3, 4].map((step) => scheduled(step, { runId })),
        );
        await arrivals.reach(3);
        expect(gates).toHaveLength(3);
        for (let done = 0; done < 5; done++) {
          await arrivals.reach(done + 1);
          gates[done]?.();
        }
        expect([...arrivals.all].sort()).toEqual([0, 1, 2, 3, 4]);
      });

      it('hands a message out again after its delay, counted', async () => {
        const arrivals = new Arrivals<Delivery<TaskScheduled>>();
        await log.serve(NORMAL, async (delivery) => {
          if (delivery.deliveries === 1) delivery.retry(millis(50));
          else delivery.ack();
          arrivals.take(delivery);
        });
        await log.decide(runId, ZERO, [scheduled(1, { runId })]);
        await arrivals.reach(1);
        await bench.passTime(50);
        const [first, second] = await arrivals.reach(2);
        expect([first?.deliveries, second?.deliveries]).toEqual([1, 2]);
        expect([first?.deliverySeq, second?.deliverySeq]).toEqual([1, 2]);
      });

      it('gives unsettled work to another process after the ack wait', async () => {
        const reader = { ...NORMAL, ackWaitMs: millis(500) };
        const lost = new Arrivals<number>();
        const first = await bench.open();
        const taken = await first.serve(reader, async (delivery) => lost.take(delivery.deliveries));
        await log.decide(runId, ZERO, [scheduled(1, { runId })]);
        await lost.reach(1);
        await taken.close();
        const arrivals = new Arrivals<Delivery<TaskScheduled>>();
        await log.serve(reader, async (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        await bench.passTime(500);
        expect((await arrivals.reach(1))[0]).toMatchObject({ deliveries: 2 });
      });

      it('reports a handler that throws, and hands its message out again', async () => {
        const troubles: string[] = [];
        const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
        const arrivals = new Arrivals<number>();
        await careful.serve(NORMAL, async (delivery) => {
          arrivals.take(delivery.deliveries);
          if (delivery.deliveries === 1) throw new Error('a bug');
          delivery.ack();
        });
        await log.decide(runId, ZERO, [scheduled(1, { runId })]);
        await arrivals.reach(1);
        await bench.passTime(1_000);
        expect(await arrivals.reach(2)).toEqual([1, 2]);
        expect(troubles).toEqual(['service=sums=add=normal']);
      });

      it('tells what is older than its durable', async () => {
        await log.decide(runId, ZERO, [scheduled(1, { runId })]);
        const arrivals = new Arrivals<Delivery<TaskScheduled>>();
        await log.serve(NORMAL, async (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        const { lastDecision } = await log.readRun(runId);
        await arrivals.reach(1);
        await log.decide(runId, lastDecision, [scheduled(2, { runId })]);
        const all = await arrivals.reach(2);
        expect(all.map(({ olderThanReader }) => olderThanReader)).toEqual([true, false]);
      });

      it('waits for handlers that run when it is closed, and takes no more', async () => {
        const arrivals = new Arrivals<number>();
        let release: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (release = resolve));
        const subscription = await log.serve({ ...NORMAL, slots: 1 }, async (delivery) => {
          arrivals.take(delivery.event.step);
          await gate;
          delivery.ack();
        });
        await log.decide(runId, ZERO, [scheduled(1, { runId }), scheduled(2, { runId })]);
        await arrivals.reach(1);
        const closing = subscription.close();
        release();
        await closing;
        await expect(subscription.closed).resolves.toBeUndefined();
        expect(arrivals.all).toEqual([1]);
      });
    });

    describe('orchestrating a partition', () => {
      it('hands over requests and outcomes of its partition in stream order', async () => {
        const partition = partitionOf(runId);
        const elsewhere = runIn((partition + 1) % 16);
        const arrivals = new Arrivals<Delivery<Trigger>>();
        await log.start(elsewhere, started());
        await log.start(runId, started());
        await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId })]);
        await log.claim(runId, claimed(taskOf(runId, 1), 'worker-1', 'n1'));
        await log.outcome(runId, finished(taskOf(runId, 1)));
        await log.orchestrate(partition, (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        await log.request(runId, cancel, 'c1');
        const all = await arrivals.reach(3);
        expect(all.map(({ event }) => event.type)).toEqual([
          'StartRequested',
          'TaskFinished',
          'CancelRequested',
        ]);
        expect(all.map(({ deliverySeq }) => deliverySeq)).toEqual([1, 2, 3]);
        expect(all.map(({ olderThanReader }) => olderThanReader)).toEqual([true, true, false]);
      });

      it('shows a gap in the delivery sequence to the one that missed some', async () => {
        const partition = partitionOf(runId);
        const mine = new Arrivals<Delivery<Trigger>>();
        const first = await log.orchestrate(partition, (delivery) => {
          delivery.ack();
          mine.take(delivery);
        });
        await log.start(runId, started());
        await mine.reach(1);
        await first.close();
        const other = new Arrivals<Delivery<Trigger>>();
        const second = await (
          await bench.open()
        ).orchestrate(partition, (delivery) => {
          delivery.ack();
          other.take(delivery);
        });
        await log.request(runId, cancel, 'c1');
        await other.reach(1);
        await second.close();
        await log.orchestrate(partition, (delivery) => {
          delivery.ack();
          mine.take(delivery);
        });
        await log.request(runId, cancel, 'c2');
        const all = await mine.reach(2);
        expect((all[1]?.deliverySeq ?? 0) - (all[0]?.deliverySeq ?? 0)).toBe(2);
      });

      it('refuses a partition that there is none of', async () => {
        await expect(log.orchestrate(16, () => undefined)).rejects.toThrow(RangeError);
      });
    });

    describe('sharing the partitions', () => {
      const shared = async (holder = new HolderDouble(), by?: RunLog): Promise<HolderDouble> => {
        await (by ?? (await bench.open())).sharePartitions(holder);
        return holder;
      };
      it('gives all of them to one that is alone, before it resolves', async () => {
        const { held } = await shared();
        expect(held.size).toBe(16);
      });

      it('spreads them evenly over two and over three, each to one', async () => {
        const first = await shared();
        const second = await shared();
        await evenlySpread([first, second]);
        const third = await shared();
        await evenlySpread([first, second, third]);
        expect([first.held.size, second.held.size, third.held.size].sort()).toEqual([5, 5, 6]);
      });

      it('gives all back when the others have left', async () => {
        const first = await shared();
        const other = await bench.open();
        const second = await shared(undefined, other);
        await second.holds(8);
        await other.close();
        await first.holds(16);
        expect(second.held.size).toBe(0);
      });

      it('gives a partition on only when everything in hand is settled', async () => {
        const settles: (() => void)[] = [];
        const first = new HolderDouble();
        first.beforeHandingOver = () => new Promise((resolve) => settles.push(resolve));
        await shared(first);
        const second = await shared();
        await first.hasBeenAsked('hand over', 8);
        expect(second.held.size).toBe(0);
        settles.pop()!();
        await second.holds(1);
        for (const settle of settles) settle();
        await evenlySpread([first, second]);
        first.beforeHandingOver = async () => undefined;
      });

      it('reports a partition that cannot be taken, and tries again', async () => {
        const troubles: string[] = [];
        const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
        const holder = new HolderDouble();
        let tries = 0;
        holder.beforeTaking = (partition) => {
          if (partition === 3 && ++tries === 1) throw new Error('the broker is away');
        };
        await shared(holder, careful);
        expect(holder.held.size).toBe(15);
        await bench.passTime(1_000);
        await holder.holds(16);
        expect(troubles).toEqual(['partitions']);
      });
    });

    describe('messages that cannot be decoded', () => {
      const bad = { [Header.eventType]: 'CancelRequested', [Header.eventVersion]: String(EVENT_VERSION) };
      const INVALID_UTF8 = new Uint8Array([0x22, 0xc3, 0x28, 0x22]);

      it.each([
        ['invalid UTF-8', bad, INVALID_UTF8, 'run-log/undecodable-event'],
        ['broken JSON', bad, text('{"type":'), 'run-log/undecodable-event'],
        ['JSON that is no object', bad, text('[1]'), 'run-log/undecodable-event'],
        ['no headers', {}, text('{}'), 'run-log/unknown-event'],
        [
          'a type nobody knows',
          { ...bad, [Header.eventType]: 'Exploded' },
          text('{}'),
          'run-log/unknown-event',
        ],
        ['a body that is gone', { ...bad, [Header.bodyRef]: 'x/y' }, text(''), 'run-log/undecodable-event'],
      ])('reports %s to the partition reader and goes on', async (_, headers, body, code) => {
        const problems: Undecodable[] = [];
        const careful = await bench.open({ onUndecodable: (problem) => void problems.push(problem) });
        const arrivals = new Arrivals<Delivery<Trigger>>();
        await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), headers, body);
        await careful.orchestrate(partitionOf(runId), (delivery) => {
          delivery.ack();
          arrivals.take(delivery);
        });
        await log.request(runId, cancel, 'c1');
        const [next] = await arrivals.reach(1);
        expect(next?.event).toEqual(cancel);
        expect(problems).toMatchObject([
          { reader: `orchestrator-${partitionOf(runId)}`, runId, error: { code } },
        ]);
      });

      it.each([
        ['StartRequested', true],
        ['CancelRequested', false],
      ] as const)(
        'tells whoever works on the partition of a %s, and again where that failed',
        async (type, isStart) => {
          const told = new Arrivals<Undecodable>();
          let tells = 0;
          await bench.inject(
            'RUN',
            runSubjects.request(runId, type),
            { ...bad, [Header.eventType]: type },
            text('{'),
          );
          await log.orchestrate(
            partitionOf(runId),
            () => undefined,
            async (problem) => {
              told.take(problem);
              if (++tells === 1) throw new Error('could not halt the run');
            },
          );
          await told.reach(1);
          await bench.passTime(1_000);
          const problem = { runId, isStart, error: { code: 'run-log/undecodable-event' } };
          expect(await told.reach(2)).toMatchObject([problem, problem]);
        },
      );

      it('reports it to a service, a projector, a viewer and a rebuild, which go on too', async () => {
        const problems: string[] = [];
        const careful = await bench.open({ onUndecodable: ({ reader }) => void problems.push(reader) });
        const work = scheduled(1, { runId });
        const subject = runSubjects.decision(runId, work);
        await bench.inject('RUN', subject, { ...bad, [Header.eventType]: 'TaskScheduled' }, INVALID_UTF8);
        const served = new Arrivals<unknown>();
        const projected = new Arrivals<unknown>();
        const seen = new Arrivals<unknown>();
        await careful.serve(NORMAL, async (delivery) => {
          delivery.ack();
          served.take(delivery);
        });
        await careful.project('audit', 'RUN', 10, async (events) => events.forEach(projected.take));
        await careful.watch('RUN', { fromSeq: streamSeq(1) }, seen.take);
        const other = freshRun();
        await log.decide(other, ZERO, [scheduled(2, { runId: other })]);
        await Promise.all([served.reach(1), projected.reach(1), seen.reach(1)]);
        const rebuilt: unknown[] = [];
        for await (const stored of careful.readAll('RUN', ZERO)) rebuilt.push(stored);
        expect(rebuilt).toHaveLength(1);
        expect(problems.sort()).toEqual(['projector=audit', 'rebuild', 'service=sums=add=normal', 'viewer']);
      });

      it('hands it out again where reporting it failed', async () => {
        let reports = 0;
        const reported = new Arrivals<number>();
        const careful = await bench.open({
          onUndecodable: async () => {
            reported.take(++reports);
            if (reports === 1) throw new Error('could not halt the run');
          },
        });
        await bench.inject('RUN', runSubjects.request(runId, 'CancelRequested'), bad, text('{'));
        await careful.orchestrate(partitionOf(runId), () => undefined);
        await reported.reach(1);
        await bench.passTime(1_000);
        expect(await reported.reach(2)).toEqual([1, 2]);
      });
    });

    describe('following cancels', () => {
      it('tells of cancels decided from now on', async () => {
        const decision = {
          type: 'TasksCancelled',
          taskRunIds: [taskOf(runId, 1)],
          reason: 'a race was lost',
        } as const;
        const last = await log.decide(runId, ZERO, [decision]);
        const arrivals = new Arrivals<unknown>();
        await log.watchCancels(({ event }) => arrivals.take(event));
        const later = { ...decision, reason: 'the run is over' };
        await log.decide(runId, last, [scheduled(1, { runId }), later]);
        expect(await arrivals.reach(1)).toEqual([later]);
      });
    });

    describe('projecting a stream', () => {
      it('hands everything over once, in order, in batches no larger than asked for', async () => {
        const last = await log.decide(
          runId,
          ZERO,
          Array.from({ length: 25 }, (_, step) => scheduled(step, { runId })),
        );
        const sizes: number[] = [];
        const arrivals = new Arrivals<number>();
        await log.project('audit', 'RUN', 10, async (events) => {
          sizes.push(events.length);
          events.forEach(({ position }) => arrivals.take(position.seq));
        });
        await log.decide(runId, last, [scheduled(25, { runId })]);
        const seqs = await arrivals.reach(26);
        expect([...seqs]).toEqual([...seqs].sort((a, b) => a - b));
        expect(new Set(seqs).size).toBe(26);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
      });

      it('takes up where its name left off', async () => {
        const first = new Arrivals<number>();
        const subscription = await log.project('audit', 'RUN', 10, async (events) =>
          events.forEach(({ position }) => first.take(position.seq)),
        );
        const seq = await log.start(runId, started());
        await first.reach(1);
        await subscription.close();
        const second = new Arrivals<number>();
        const next = await log.request(runId, cancel, 'c1');
        await (
          await bench.open()
        ).project('audit', 'RUN', 10, async (events) =>
          events.forEach(({ position }) => second.take(position.seq)),
        );
        await bench.passTime(0);
        expect(await second.reach(1)).toEqual([next.seq]);
        expect(first.all).toEqual([seq]);
      });

      it('hands a batch over again until it is taken', async () => {
        const troubles: string[] = [];
        const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
        const arrivals = new Arrivals<number>();
        await log.start(runId, started());
        await careful.project('audit', 'RUN', 10, async (events) => {
          arrivals.take(events.length);
          if (arrivals.all.length === 1) throw new Error('the database is away');
        });
        await arrivals.reach(1);
        await bench.passTime(100);
        expect(await arrivals.reach(2)).toEqual([1, 1]);
        expect(troubles).toEqual(['projector=audit']);
      });

      it('ends with an error that asks for a person', async () => {
        await log.start(runId, started());
        const reason = Object.assign(new Error('the epoch has changed'), { disposition: 'halt' });
        const subscription = await log.project('audit', 'RUN', 10, () => Promise.reject(reason));
        await expect(subscription.closed).resolves.toBe(reason);
      });

      it('is one reader at a time: a second one of the name waits for the first to close', async () => {
        const first = new Arrivals<number>();
        const second = new Arrivals<number>();
        const other = await bench.open();
        const subscription = await log.project('audit', 'RUN', 1, async (events) =>
          events.forEach(({ position }) => first.take(position.seq)),
        );
        await log.start(runId, started());
        await first.reach(1);
        await other.project('audit', 'RUN', 1, async (events) =>
          events.forEach(({ position }) => second.take(position.seq)),
        );
        await log.request(runId, cancel, 'c1');
        await first.reach(2);
        expect(second.all).toEqual([]);
        await subscription.close();
        const { seq } = await log.request(runId, cancel, 'c2');
        expect(await second.reach(1)).toEqual([seq]);
      });

      it('follows calls and what is to be watched', async () => {
        const calls = new Arrivals<unknown>();
        const lives = new Arrivals<unknown>();
        const call = callFinished(taskOf(runId, 1));
        const live = { type: 'TaskProgressed', taskRunId: taskOf(runId, 1), done: 1, total: 2 } as const;
        await log.project('audit', 'CALLS', 10, async (events) =>
          events.forEach(({ event }) => calls.take(event)),
        );
        await log.project('audit', 'LIVE', 10, async (events) => events.forEach(lives.take));
        await log.call(call);
        log.publishLive(runId, live);
        expect(await calls.reach(1)).toEqual([call]);
        expect(await lives.reach(1)).toMatchObject([{ event: live, runId, position: { stream: 'LIVE' } }]);
      });
    });

    describe('watching a stream', () => {
      it('begins at a sequence, or now, and keeps to one run', async () => {
        const seq = await log.start(runId, started());
        const fromStart = new Arrivals<number>();
        const fromNow = new Arrivals<number>();
        const ofOther = new Arrivals<number>();
        const other = freshRun();
        await log.watch('RUN', { fromSeq: seq, runId }, ({ position }) => fromStart.take(position.seq));
        await log.watch('RUN', { runId }, ({ position }) => fromNow.take(position.seq));
        await log.watch('RUN', { runId: other }, ({ position }) => ofOther.take(position.seq));
        const elsewhere = await log.start(other, started());
        const { seq: next } = await log.request(runId, cancel, 'c1');
        expect(await fromStart.reach(2)).toEqual([seq, next]);
        expect(await fromNow.reach(1)).toEqual([next]);
        expect(await ofOther.reach(1)).toEqual([elsewhere]);
      });

      it('outlives a handler that throws', async () => {
        const troubles: string[] = [];
        const careful = await bench.open({ onReaderTrouble: (reader) => troubles.push(reader) });
        const arrivals = new Arrivals<string>();
        await careful.watch('RUN', { runId }, ({ event }) => {
          arrivals.take(event.type);
          if (event.type === 'StartRequested') throw new Error('a bug');
        });
        await log.start(runId, started());
        await log.request(runId, cancel, 'c1');
        expect(await arrivals.reach(2)).toEqual(['StartRequested', 'CancelRequested']);
        expect(troubles).toEqual(['viewer']);
      });
    });

    describe('reading a whole stream', () => {
      it('reads to the end it had when reading began', async () => {
        const first = await log.start(runId, started());
        const { seq } = await log.request(runId, cancel, 'c1');
        const seen: number[] = [];
        for await (const { position } of log.readAll('RUN', first)) {
          seen.push(position.seq);
          if (seen.length === 1) await log.request(runId, cancel, 'c2');
        }
        expect(seen).toEqual([first, seq]);
      });

      it('reads nothing of an empty one', async () => {
        for await (const stored of log.readAll('CALLS', ZERO)) expect(stored).toBeUndefined();
        await expect(log.info('CALLS')).resolves.toMatchObject({ messages: 0, lastSeq: 0 });
      });
    });

    it('names the broker as the trouble once it is closed', async () => {
      const other = await bench.open();
      await other.close();
      await expect(other.start(runId, started())).rejects.toMatchObject({ code: 'run-log/unavailable' });
    });
  });
}
