import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CATCH_UP, decide, LATE_MS, QUEUE, type Situation } from './decide.js';
import { MISSED, OVERLAP, type DeploymentSpec } from './deployment.js';
import { runIdOfInstant } from './ids.js';
import { KEPT_FIRINGS, NOTHING_DONE, type DeploymentState } from './state.js';

const MINUTE = 60_000;
const FROM = Date.parse('2030-01-01T00:00:00Z');
const run = (minute: number) => runIdOfInstant('d', FROM + minute * MINUTE);

const spec = (over: Partial<DeploymentSpec> = {}): DeploymentSpec => ({
  flow: 'quick',
  name: 'minutely',
  parameters: {},
  tags: [],
  schedule: { intervalSeconds: 60 },
  paused: false,
  triggers: [],
  concurrency: 1,
  overlap: 'skip',
  missed: 'latest',
  flags: {},
  ...over,
});
const situation = (over: Partial<Situation> = {}): Situation => ({
  id: 'd',
  spec: spec(),
  from: FROM,
  state: NOTHING_DONE,
  now: FROM + MINUTE,
  cause: 7,
  ended: [],
  ...over,
});

describe('what a deployment does', () => {
  it('is nothing before an instant has come', () => {
    const { changed, starts, next } = decide(situation({ now: FROM + MINUTE - 1 }));
    expect({ changed, starts, next }).toEqual({ changed: false, starts: [], next: FROM + MINUTE });
  });

  it('is a start when one has', () => {
    const { changed, starts, next, state } = decide(situation());
    const intent = {
      runId: run(1),
      instant: '2030-01-01T00:01:00.000Z',
      by: 'schedule',
      cause: 7,
      at: FROM + MINUTE,
    };
    expect({ changed, starts, next }).toEqual({ changed: true, starts: [intent], next: FROM + 2 * MINUTE });
    expect(state).toMatchObject({ settled: FROM + MINUTE, starting: [intent], active: [{ runId: run(1) }] });
  });

  it('is nothing again once that is settled', () => {
    const { state } = decide(situation());
    expect(decide(situation({ state: { ...state, stamp: '' } })).changed).toBe(false);
  });

  it('counts an instant as in time for a minute, and then as missed', () => {
    const skip = spec({ missed: 'skip', schedule: { intervalSeconds: 3_600 } });
    const at = FROM + 60 * MINUTE;
    expect(decide(situation({ spec: skip, now: at + LATE_MS })).starts).toHaveLength(1);
    const late = decide(situation({ spec: skip, now: at + LATE_MS + 1 }));
    expect(late.starts).toEqual([]);
    expect(late.state.firings).toMatchObject([
      { action: 'missed', reason: 'it passed while nobody could fire (missed: skip)' },
    ]);
  });

  it('is bounded where everything is made up for', () => {
    const all = spec({ missed: 'all', overlap: 'all' });
    const { starts, state } = decide(situation({ spec: all, now: FROM + 10_000 * MINUTE }));
    expect(starts).toHaveLength(CATCH_UP + 1);
    expect(starts[0]!.runId).toBe(run(10_000 - CATCH_UP));
    expect(starts.at(-1)!.runId).toBe(run(10_000));
    expect(state.firings).toHaveLength(KEPT_FIRINGS);
  });

  it('puts no more than so many in the queue', () => {
    let state: DeploymentState = { ...NOTHING_DONE, active: [{ runId: run(0), instant: '' }] };
    const queueing = spec({ overlap: 'queue', missed: 'all' });
    for (let minute = 1; minute <= QUEUE + 1; minute++) {
      const verdict = decide(situation({ spec: queueing, state, now: FROM + minute * MINUTE }));
      state = { ...verdict.state, stamp: '' };
    }
    expect(state.queue).toHaveLength(QUEUE);
    expect(state.firings[0]).toMatchObject({ action: 'skipped', reason: '100 firings wait already' });
  });

  it('lets the queue wait while it is paused', () => {
    const state = { ...NOTHING_DONE, queue: [{ runId: run(1), instant: '', by: 'schedule' as const }] };
    expect(decide(situation({ spec: spec({ paused: true }), state })).starts).toEqual([]);
    expect(decide(situation({ spec: spec({ overlap: 'queue' }), state })).starts[0]!.runId).toBe(run(1));
  });

  it('gives up as many old runs as a lowered concurrency asks for', () => {
    const active = [0, -1, -2].map((n) => ({ runId: run(n), instant: '' }));
    const { cancels, state } = decide(
      situation({
        spec: spec({ overlap: 'cancel-old', concurrency: 2 }),
        state: { ...NOTHING_DONE, active },
      }),
    );
    expect(cancels.map(({ runId }) => runId)).toEqual([run(0), run(-1)]);
    expect(state.active.filter(({ givenUp }) => !givenUp)).toHaveLength(2);
  });
});

const anySpec = fc
  .record({
    overlap: fc.constantFrom(...OVERLAP),
    missed: fc.constantFrom(...MISSED),
    concurrency: fc.integer({ min: 1, max: 3 }),
    intervalSeconds: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ intervalSeconds, ...over }) => spec({ ...over, schedule: { intervalSeconds } }));
/** Time that passes, and whether the oldest active run ends. */
const anyCourse = fc.array(fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.boolean()), { maxLength: 30 });

describe('whatever happens', () => {
  it('no instant gives two runs, none that were settled come again, and concurrency holds', () => {
    fc.assert(
      fc.property(anySpec, anyCourse, (any, course) => {
        let state: DeploymentState = NOTHING_DONE;
        let now = FROM;
        const started: string[] = [];
        for (const [passes, ends] of course) {
          now += passes;
          const ended = ends ? state.active.slice(0, 1).map(({ runId }) => runId) : [];
          const verdict = decide(situation({ spec: any, state, now, ended }));
          started.push(...verdict.starts.map(({ runId }) => runId));
          expect(verdict.state.settled).toBeGreaterThanOrEqual(state.settled);
          const counted = verdict.state.active.filter(({ givenUp }) => !givenUp);
          if (any.overlap !== 'all') expect(counted.length).toBeLessThanOrEqual(any.concurrency);
          if (verdict.state.queue.length > 0) expect(counted).toHaveLength(any.concurrency);
          state = { ...verdict.state, stamp: '' };
        }
        expect(new Set(started).size).toBe(started.length);
      }),
      { numRuns: 300 },
    );
  });

  it('a run begins for each instant where nothing stands in its way, looked at often enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 }), (seconds, count) => {
        let state: DeploymentState = NOTHING_DONE;
        const any = spec({ overlap: 'all', missed: 'skip', schedule: { intervalSeconds: seconds } });
        const from = Math.ceil(FROM / (seconds * 1_000)) * seconds * 1_000;
        const started: string[] = [];
        for (let n = 1; n <= count; n++) {
          const now = from + n * seconds * 1_000;
          const verdict = decide(situation({ spec: any, state, now, from }));
          started.push(...verdict.starts.map(({ instant }) => instant));
          state = { ...verdict.state, stamp: '' };
        }
        expect(started).toEqual(
          Array.from({ length: count }, (_, n) => new Date(from + (n + 1) * seconds * 1_000).toISOString()),
        );
      }),
      { numRuns: 100 },
    );
  });
});
