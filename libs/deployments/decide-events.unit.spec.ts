import { describe, expect, it } from '@jest/globals';
import { decide, type Situation } from './decide.js';
import type { DeploymentSpec } from './deployment.js';
import { runIdOfEvent } from './ids.js';
import { NOTHING_DONE } from './state.js';
import type { StoredFiring } from './triggers/triggered-firing.js';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const CREATED = '2029-12-01T00:00:00.000Z';
const run = (n: number) => runIdOfEvent('d', `k${n}`);

const spec = (over: Partial<DeploymentSpec> = {}): DeploymentSpec => ({
  flow: 'quick',
  name: 'called',
  parameters: {},
  tags: [],
  triggers: [{ event: 'a' }],
  paused: false,
  concurrency: 1,
  overlap: 'skip',
  missed: 'latest',
  flags: {},
  ...over,
});
const told = (n: number, over: Partial<StoredFiring> = {}): StoredFiring => ({
  event: { id: `e${n}`, type: 'a', source: 's', time: '2030-01-01T00:00:00.000Z' },
  createdAt: CREATED,
  trigger: 0,
  depth: 1,
  parameters: {},
  seq: n,
  at: NOW,
  key: `k${n}`,
  trace: {},
  ...over,
});
const situation = (over: Partial<Situation> = {}): Situation => ({
  id: 'd',
  spec: spec(),
  from: NOW,
  state: NOTHING_DONE,
  now: NOW,
  cause: 7,
  ended: [],
  createdAt: CREATED,
  ...over,
});
const actions = ({ state }: ReturnType<typeof decide>) =>
  state.firings.map(({ action, reason, event }) => [event?.id, action, reason]);

describe('an event', () => {
  it('starts a run that follows from it, and is named by what is remembered', () => {
    const { state, starts, changed, next } = decide(situation({ events: [told(5)] }));
    expect({ changed, next, heard: state.heard }).toEqual({ changed: true, next: undefined, heard: 5 });
    expect(starts).toEqual([
      {
        runId: run(5),
        instant: '2030-01-01T00:00:00.000Z',
        by: 'trigger',
        event: { id: 'e5', type: 'a', key: 'k5' },
        cause: 7,
        at: NOW,
      },
    ]);
    expect(state.active).toEqual([{ runId: run(5), instant: '2030-01-01T00:00:00.000Z' }]);
    expect(state.firings).toEqual([
      {
        instant: '2030-01-01T00:00:00.000Z',
        at: '2030-01-01T00:00:00.000Z',
        action: 'started',
        runId: run(5),
        by: 'trigger',
        event: { id: 'e5', type: 'a' },
      },
    ]);
  });

  it('counts for overlap as an instant does', () => {
    const events = [told(1), told(2), told(3)];
    expect(actions(decide(situation({ events })))).toEqual([
      ['e3', 'skipped', '1 active, concurrency 1'],
      ['e2', 'skipped', '1 active, concurrency 1'],
      ['e1', 'started', undefined],
    ]);
    const queued = decide(situation({ events, spec: spec({ overlap: 'queue' }) }));
    expect(actions(queued).map(([, action]) => action)).toEqual(['queued', 'queued', 'started']);
    expect(queued.state.queue.map(({ event }) => event?.key)).toEqual(['k2', 'k3']);
    const all = decide(situation({ events, spec: spec({ overlap: 'all' }) }));
    expect(all.starts.map(({ runId }) => runId)).toEqual([run(1), run(2), run(3)]);
    const latest = decide(situation({ events: [told(1), told(2)], spec: spec({ overlap: 'cancel-old' }) }));
    expect(latest.cancels).toEqual([{ runId: run(1), for: run(2) }]);
  });

  it('comes behind what waits already, and the queue is emptied before', () => {
    const before = decide(situation({ events: [told(1), told(2)], spec: spec({ overlap: 'queue' }) })).state;
    const state = { ...before, stamp: '' };
    const { starts, state: after } = decide(
      situation({ state, events: [told(3)], ended: [run(1)], spec: spec({ overlap: 'queue' }) }),
    );
    expect(starts.map(({ runId }) => runId)).toEqual([run(2)]);
    expect(after.queue.map(({ runId }) => runId)).toEqual([run(3)]);
  });

  it('is skipped while the deployment is paused, and what waits waits on', () => {
    const { state, starts } = decide(situation({ events: [told(1)], spec: spec({ paused: true }) }));
    expect(starts).toEqual([]);
    expect(state.heard).toBe(1);
    expect(state.firings).toMatchObject([{ action: 'skipped', reason: 'paused', event: { id: 'e1' } }]);
  });

  it('that cannot fire is skipped for the reason that was told', () => {
    const events = [told(1, { reason: 'it is not there', parameters: undefined })];
    expect(actions(decide(situation({ events })))).toEqual([['e1', 'skipped', 'it is not there']]);
  });

  it('that was for another deployment of the name is passed over', () => {
    const { state, changed } = decide(situation({ events: [told(4, { createdAt: 'before' })] }));
    expect({ changed, heard: state.heard, firings: state.firings }).toEqual({
      changed: true,
      heard: 4,
      firings: [],
    });
  });

  it('fires beside an instant that is due', () => {
    const { starts } = decide(
      situation({
        events: [told(1)],
        from: NOW - 60_000,
        spec: spec({ overlap: 'all', schedule: { intervalSeconds: 60 } }),
      }),
    );
    expect(starts.map(({ by }) => by)).toEqual(['trigger', 'schedule']);
  });
});
