import { describe, expect, it } from '@jest/globals';
import { deploymentIdOf } from '../ids.js';
import type { Trigger, TriggerEvent } from '../trigger.js';
import { matchOf, type Way } from './match.js';

const event = (over: Partial<TriggerEvent> = {}): TriggerEvent => ({
  id: 'e1',
  type: 'order.created',
  source: 'shop',
  time: '2030-03-01T09:00:00.000Z',
  data: { total: 7 },
  ...over,
});
const said: Way = { kind: 'event' };
const ended = (over: Partial<Extract<Way, { kind: 'run' }>> = {}): Way => ({
  kind: 'run',
  userId: 'ann',
  flow: 'quick',
  end: 'completed',
  ...over,
});
const placeOf = (triggers: readonly Trigger[], way: Way, of = event()): number | undefined =>
  matchOf(triggers, way, of)?.place;

describe('an event', () => {
  it('meets the first trigger that waits for it', () => {
    const triggers: Trigger[] = [
      { event: 'order.gone' },
      { event: 'order.*', where: { 'data.total': { $gt: 10 } } },
      { event: 'order.*', where: { 'data.total': { $gt: 5 } } },
      { event: '>' },
    ];
    expect(placeOf(triggers, said)).toBe(2);
    expect(placeOf(triggers, said, event({ data: null }))).toBe(3);
    expect(placeOf(triggers.slice(0, 2), said)).toBeUndefined();
  });

  it('that is said never passes for the end of a run or a signed request', () => {
    const triggers: Trigger[] = [{ run: 'quick' }, { webhook: 'SHOP' }];
    expect(placeOf(triggers, said, event({ type: 'run.completed' }))).toBeUndefined();
    expect(placeOf(triggers, said, event({ type: 'webhook.shop' }))).toBeUndefined();
    expect(placeOf([{ event: '>' }], ended())).toBeUndefined();
  });

  it('for which a query cannot be judged is told as such', () => {
    // As another build may have kept it.
    const where = { 'data.total': { $newer: 1 } };
    expect(matchOf([{ event: '>', where }], said, event())).toMatchObject({
      place: 0,
      unclear: expect.stringMatching(/^triggers\[0\]\.where: .*\$newer/) as unknown as string,
    });
  });
});

describe('the end of a run', () => {
  it('meets whoever waits for the flow and for such an end', () => {
    expect(placeOf([{ run: 'quick' }], ended())).toBe(0);
    expect(placeOf([{ run: 'other' }], ended())).toBeUndefined();
    expect(placeOf([{ run: 'quick' }], ended({ end: 'failed' }))).toBeUndefined();
    expect(placeOf([{ run: 'quick', on: ['failed'] }], ended({ end: 'failed' }))).toBe(0);
    expect(placeOf([{ run: 'quick', on: ['failed', 'cancelled'] }], ended())).toBeUndefined();
  });

  it('meets whoever waits for runs of that very deployment', () => {
    const triggers: Trigger[] = [{ run: 'quick/daily' }];
    const deploymentId = deploymentIdOf('ann', 'quick', 'daily');
    expect(placeOf(triggers, ended({ deploymentId }))).toBe(0);
    expect(placeOf(triggers, ended())).toBeUndefined();
    expect(placeOf(triggers, ended({ deploymentId, userId: 'bob' }))).toBeUndefined();
    expect(placeOf([{ run: 'quick/weekly' }], ended({ deploymentId }))).toBeUndefined();
  });
});

it('a signed request meets the triggers of its webhook', () => {
  const triggers: Trigger[] = [{ webhook: 'BANK' }, { webhook: 'SHOP' }];
  expect(placeOf(triggers, { kind: 'webhook', webhook: 'SHOP' })).toBe(1);
  expect(placeOf(triggers, { kind: 'webhook', webhook: 'shop' })).toBeUndefined();
});
