import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FlowRegistry } from '#libs/flows';
import type { DeploymentInput } from '../deployment.js';
import { daily, end, fire, patient, startsOf, wasTold } from '../testing.fixtures.js';
import { firings, laterOf, NEXT_NINE, NINE, put, record, runOf } from './instants.fixtures.js';
import { by, clock, closeAll, office, openFirst, other } from './offices.fixtures.js';

beforeEach(openFirst);
afterEach(closeAll);

describe('an instant', () => {
  it('starts one run for the owner, says so, and sets the next', async () => {
    const id = await put(daily({ parameters: { text: 'hello' }, tags: ['x'], flags: { dryRun: true } }));
    await office.desk.wake(id, fire(clock, { kind: 'spec' }));
    expect(await laterOf(id)).toBe(NINE);
    expect(await startsOf(office.log, id)).toEqual([]);

    clock.set(NINE);
    await office.desk.wake(id, fire(clock));
    const runId = runOf(id, NINE);
    expect(await startsOf(office.log, id)).toEqual([runId]);
    const [start] = (await office.log.readRun(runId)).events;
    expect(start!.event).toMatchObject({
      flow: 'quick',
      input: { text: 'hello' },
      tags: ['x'],
      flags: { dryRun: true },
      deploymentId: id,
      actor: { userId: 'ann', channel: 'schedule' },
    });
    expect(await firings(id)).toEqual([
      { instant: NINE, at: NINE, action: 'started', runId, by: 'schedule' },
    ]);
    expect((await record(id)).state.active).toEqual([{ runId, instant: NINE }]);
    expect(await laterOf(id)).toBe(NEXT_NINE);
  });

  it('that comes a moment before the own clock says so counts by the time of the broker', async () => {
    const id = await put(daily());
    const nine = clock.set(NINE);
    clock.now = nine - 250;
    await office.desk.wake(id, fire(clock, { time: nine }));
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
    expect(await laterOf(id)).toBe(NEXT_NINE);
  });
});

describe('a message that has nothing to say any more', () => {
  it('finds a deployment paused meanwhile, by whichever orchestrator', async () => {
    const id = await put(daily());
    const second = await other();
    await office.service.setPaused({ flow: 'quick', name: 'daily' }, true, by);
    clock.set(NINE);
    await second.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([]);
    expect(await firings(id)).toEqual([]);
  });

  it('finds a deployment removed', async () => {
    const id = await put(daily());
    clock.set(NINE);
    await office.desk.wake(id, fire(clock));
    await office.service.remove({ flow: 'quick', name: 'daily' }, {}, by);
    await office.desk.wake(id, fire(clock, { kind: 'spec' }));
    clock.set(NEXT_NINE);
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toHaveLength(1);
    expect(await office.store.lastSeq(`deployment.${id}.state`)).toBe(0);
  });

  it('finds another schedule: what was due by the old one alone does not fire', async () => {
    const id = await put(daily());
    clock.set(NINE);
    await office.service.put(daily({ schedule: { cron: '0 12 * * *' } }), {}, by);
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([]);
    expect(await laterOf(id)).toBe('2030-03-01T12:00:00.000Z');
  });

  it('finds something else changed: what is due fires once', async () => {
    const id = await put(daily());
    clock.set(NINE);
    const second = await other();
    await second.service.put(daily({ description: 'Said anew.' }), {}, by);
    await Promise.all([
      office.desk.wake(id, fire(clock)),
      second.desk.wake(id, fire(clock, { kind: 'spec' })),
    ]);
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
    expect(await firings(id)).toHaveLength(1);
  });
});

describe('what passed', () => {
  const DAYS_LATER = '2030-03-04T12:00:00.000Z';
  const LAST_NINE = '2030-03-04T09:00:00.000Z';

  it.each([
    ['skip', [['missed', LAST_NINE]]],
    [
      'latest',
      [
        ['started', LAST_NINE],
        ['missed', '2030-03-03T09:00:00.000Z'],
      ],
    ],
    [
      'all',
      [
        ['started', LAST_NINE],
        ['started', '2030-03-03T09:00:00.000Z'],
        ['started', NEXT_NINE],
        ['started', NINE],
      ],
    ],
  ] as const)('while nobody could fire goes by %s', async (missed, expected) => {
    const id = await put(daily({ missed, overlap: 'all' }));
    clock.set(DAYS_LATER);
    await office.desk.wake(id, fire(clock, { time: Date.parse(NINE) }));
    expect((await firings(id)).map(({ action, instant }) => [action, instant])).toEqual(expected);
    const started = expected.filter(([action]) => action === 'started').map(([, at]) => runOf(id, at));
    expect(new Set(await startsOf(office.log, id))).toEqual(new Set(started));
    expect(await laterOf(id)).toBe('2030-03-05T09:00:00.000Z');
  });

  it('while it was paused was not missed', async () => {
    const id = await put(daily({ missed: 'all', overlap: 'all', paused: true }));
    clock.set(DAYS_LATER);
    await office.service.setPaused({ flow: 'quick', name: 'daily' }, false, by);
    await office.desk.wake(id, fire(clock, { kind: 'spec' }));
    expect(await firings(id)).toEqual([]);
    expect(await laterOf(id)).toBe('2030-03-05T09:00:00.000Z');
  });

  it('is made up for a hundred times at most', async () => {
    const id = await put(daily({ missed: 'all', overlap: 'all', schedule: { intervalSeconds: 3_600 } }));
    clock.now += 400 * 3_600_000;
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toHaveLength(101);
  });
});

describe('while a run is active', () => {
  const busy = async (spec: Partial<DeploymentInput>): Promise<string> => {
    const id = await put(daily({ flow: 'patient', ...spec }));
    clock.set(NINE);
    await office.desk.wake(id, fire(clock));
    clock.set(NEXT_NINE);
    await office.desk.wake(id, fire(clock));
    return id;
  };

  it('skip leaves the instant out and says why', async () => {
    const id = await busy({ overlap: 'skip' });
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);
    expect((await firings(id))[0]).toEqual({
      instant: NEXT_NINE,
      at: NEXT_NINE,
      action: 'skipped',
      by: 'schedule',
      reason: '1 active, concurrency 1',
    });
  });

  it('all starts a run beside it', async () => {
    const id = await busy({ overlap: 'all' });
    expect(await startsOf(office.log, id)).toHaveLength(2);
  });

  it('a greater concurrency leaves room', async () => {
    const id = await busy({ overlap: 'skip', concurrency: 2 });
    expect(await startsOf(office.log, id)).toHaveLength(2);
  });

  it('queue starts the next when it has ended, once', async () => {
    const id = await busy({ overlap: 'queue' });
    expect((await record(id)).state.queue).toEqual([
      { runId: runOf(id, NEXT_NINE), instant: NEXT_NINE, by: 'schedule' },
    ]);
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE)]);

    const second = await other();
    const told = end(clock, runOf(id, NINE));
    await Promise.all([office.desk.wake(id, told), second.desk.wake(id, told)]);
    await office.desk.wake(id, told);
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE), runOf(id, NEXT_NINE)]);
    const { state } = await record(id);
    expect(state.queue).toEqual([]);
    expect(state.active.map(({ runId }) => runId)).toEqual([runOf(id, NEXT_NINE)]);
    expect(state.firings.map(({ action }) => action)).toEqual(['started', 'queued', 'started']);
  });

  it('cancel-old cancels it once and starts the new one', async () => {
    const id = await busy({ overlap: 'cancel-old' });
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NINE), runOf(id, NEXT_NINE)]);
    const second = await other();
    await second.desk.wake(id, fire(clock, { kind: 'spec' }));
    expect(await wasTold(office.log, runOf(id, NINE), 'CancelRequested')).toBe(1);
    await office.desk.wake(id, end(clock, runOf(id, NINE)));
    expect((await record(id)).state.active.map(({ runId }) => runId)).toEqual([runOf(id, NEXT_NINE)]);
  });

  it('a run that has ended without a word does not stand in the way', async () => {
    const id = await put(daily({ flow: 'patient' }));
    clock.set(NINE);
    await office.desk.wake(id, fire(clock));
    const runId = runOf(id, NINE);
    await office.log.decide(runId, 0 as never, [
      { type: 'FlowStarted', flow: 'patient', version: '1', tags: [] },
      { type: 'FlowCompleted', result: null },
    ]);
    clock.set(NEXT_NINE);
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toHaveLength(2);
    expect((await record(id)).state.active.map((run) => run.runId)).toEqual([runOf(id, NEXT_NINE)]);
  });
});

describe('a run that cannot begin', () => {
  it('of a flow that is gone is skipped, and the next instant is tried again', async () => {
    const id = await put(daily({ flow: 'patient' }));
    const without = await other({ registry: new FlowRegistry([]) });
    clock.set(NINE);
    const message = fire(clock);
    // For others may have it.
    await expect(without.desk.wake(id, message)).rejects.toMatchObject({
      code: 'deployment/flow-elsewhere',
    });
    await without.desk.wake(id, { ...message, deliveries: 3 });
    expect(await startsOf(office.log, id)).toEqual([]);
    const [firing] = await firings(id);
    expect(firing).toMatchObject({ instant: NINE, action: 'skipped', by: 'schedule' });
    expect(firing!.reason).toContain('flow "patient" is not known');
    expect((await record(id)).state.active).toEqual([]);
    expect(await laterOf(id)).toBe(NEXT_NINE);
    const [view] = (await without.service.list({}, by)).items;
    expect(view!.problem).toMatchObject({ code: 'flow/unknown' });

    clock.set(NEXT_NINE);
    await office.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([runOf(id, NEXT_NINE)]);
  });

  it('is not taken back by an orchestrator that lacks its flow once it has begun', async () => {
    const id = await put(daily({ flow: 'patient' }));
    const without = await other({ registry: new FlowRegistry([]) });
    clock.set(NINE);
    const message = fire(clock);
    await office.desk.wake(id, message);
    await without.desk.wake(id, { ...message, deliveries: 3 });
    expect((await firings(id))[0]).toMatchObject({ action: 'started' });
  });

  it('since its parameters no longer fit is skipped with the reason', async () => {
    const id = await put(daily({ flow: 'patient', parameters: { text: 'fine' } }));
    class Stricter {}
    const stricter = await other({
      registry: new FlowRegistry([{ ...patient, contract: { ...patient.contract, input: Stricter } }]),
    });
    clock.set(NINE);
    await stricter.desk.wake(id, fire(clock));
    expect(await startsOf(office.log, id)).toEqual([]);
    expect((await firings(id))[0]).toMatchObject({ action: 'skipped' });
    expect((await firings(id))[0]!.reason).toContain('text: unknown field');
    const [view] = (await stricter.service.list({}, by)).items;
    expect(view!.problem).toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'parameters.text' }],
    });
  });
});
