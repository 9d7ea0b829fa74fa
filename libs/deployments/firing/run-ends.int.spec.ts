import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedRun } from '#libs/flows';
import { flowRunId, millis } from '#libs/run-log';
import { cuttingProxy, type CuttingProxy } from '#libs/testing';
import type { DeploymentInput } from '../deployment.js';
import { openOffice, owner, startsOf } from '../testing.fixtures.js';
import { actionsOf, count, put, startOf, wakeAll, wakes } from './events.fixtures.js';
import { by, clock, closeAll, office, openFirst, other, others, url } from './offices.fixtures.js';

const proxies: CuttingProxy[] = [];

beforeEach(openFirst);
afterEach(async () => {
  await closeAll();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

describe('the end of a run', () => {
  const ended = (over: Partial<EndedRun> = {}, start: Partial<EndedRun['start']> = {}): EndedRun => ({
    runId: flowRunId(`ended-${count}`),
    start: {
      type: 'StartRequested',
      flow: 'quick',
      input: {},
      inputHash: '',
      actor: owner,
      flags: {},
      tags: ['t'],
      ...start,
    },
    end: { status: 'completed', result: { rows: [1, 2] } },
    at: millis(clock.now),
    trace: {},
    ...over,
  });
  const listen = (over: Partial<DeploymentInput> = {}) =>
    put({
      flow: 'patient',
      triggers: [
        { run: 'quick', parameters: { text: '${{ event.data.result.rows.length }} of ${{ event.id }}' } },
      ],
      ...over,
    });

  it('starts a run with what is taken of it, and says of which run it was', async () => {
    const id = await listen();
    const run = ended();
    await office.router.ended(run);
    // As it is told again when another process takes the run over.
    await office.router.ended(run);
    expect(await wakes(id)).toHaveLength(1);
    await wakeAll(id);
    const [started] = await startsOf(office.log, id);
    expect(await startOf(started!)).toMatchObject({
      flow: 'patient',
      input: { text: `2 of ${run.runId}` },
      triggeredBy: { type: 'run.completed', eventId: run.runId, runId: run.runId, depth: 1 },
    });
    await remove(id);
  });

  it('counts for those who wait for such an end of such a run of the same user', async () => {
    const id = await listen({ triggers: [{ run: 'quick', on: ['failed'] }] });
    await office.router.ended(ended());
    await office.router.ended(ended({ end: { status: 'cancelled' } }));
    const error = { code: 'x', message: 'y', disposition: 'terminal' } as const;
    const failed = { end: { status: 'failed', error } } as const;
    await office.router.ended(ended(failed, { flow: 'patient' }));
    await office.router.ended(ended(failed, { actor: { userId: 'bob', channel: 'api' } }));
    expect(await wakes(id)).toEqual([]);
    await office.router.ended(ended(failed));
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('leaves out a result that is too large for an event', async () => {
    const id = await listen({ triggers: [{ run: 'quick', where: { 'data.result': { $exists: false } } }] });
    await office.router.ended(ended());
    expect(await wakes(id)).toEqual([]);
    const result = 'x'.repeat(70_000);
    await office.router.ended(ended({ runId: flowRunId('large'), end: { status: 'completed', result } }));
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('is no reason to go on for ever', async () => {
    const id = await listen();
    const triggeredBy = (depth: number) => ({ triggeredBy: { type: 'a', eventId: 'b', depth } });
    await office.router.ended(ended({ runId: flowRunId(`ninth-${count}`) }, triggeredBy(9)));
    await office.router.ended(ended({ runId: flowRunId(`tenth-${count}`) }, triggeredBy(10)));
    await wakeAll(id);
    expect((await actionsOf(id)).map(([, action, reason]) => [action, reason])).toEqual([
      ['skipped', '10 triggers have led here one after the other: they would for ever'],
      ['started', undefined],
    ]);
    const [started] = await startsOf(office.log, id);
    expect(await startOf(started!)).toMatchObject({ triggeredBy: { depth: 10 } });
    await remove(id);
  });

  it('reaches a deployment that was put while the connection was lost', async () => {
    const proxy = await cuttingProxy(url);
    proxies.push(proxy);
    const away = await openOffice(proxy.url, { clock });
    others.push(away);
    const back = (async () => {
      for await (const { type } of away.log.connection.status()) if (type === 'reconnect') return;
    })();
    proxy.freeze();
    const id = await listen();
    proxy.cut();
    await back;
    await away.router.ended(ended());
    expect(await wakes(id)).toHaveLength(1);
    await remove(id);
  });

  it('reaches nobody once the deployment was removed or waits for it no more', async () => {
    const id = await listen();
    const { name } = (await office.store.read(id))!.spec;
    const second = await other();
    await office.service.put({ flow: 'patient', name, triggers: [] }, {}, by);
    await second.view.upToDate();
    for (const { view } of [office, second]) expect(view.listeners.ofRuns('ann', 'quick')).toEqual([]);
  });

  /** They all wait for the same flow. */
  async function remove(id: string): Promise<void> {
    const { flow, name } = (await office.store.read(id))!.spec;
    await office.service.remove({ flow, name }, {}, by);
  }
});
