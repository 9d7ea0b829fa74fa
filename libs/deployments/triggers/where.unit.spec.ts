import { describe, expect, it } from '@jest/globals';
import type { TriggerEvent } from '../trigger.js';
import { holdsFor, whereFaults } from './where.js';

const event: TriggerEvent = {
  id: 'e1',
  type: 'order.created',
  source: 'shop',
  time: '2030-03-01T09:00:00.000Z',
  data: {
    total: 120,
    status: 'open',
    none: null,
    customer: { name: 'Ann', tags: ['new', 'vip'] },
    items: [
      { sku: 'a', count: 1 },
      { sku: 'b', count: 3 },
    ],
    hasOwnProperty: 1,
    $odd: true,
  },
};

describe('a query', () => {
  it.each([
    [{}, true],
    [{ type: 'order.created' }, true],
    [{ 'data.total': { $gte: 100 } }, true],
    [{ 'data.total': { $gt: 100, $lt: 120 } }, false],
    [{ 'data.total': { $lte: 120 } }, true],
    [{ 'data.total': '120' }, false],
    [{ 'data.status': { $in: ['open', 'late'] } }, true],
    [{ 'data.status': { $nin: ['open'] } }, false],
    [{ 'data.status': { $ne: 'open' } }, false],
    [{ 'data.customer.tags': 'vip' }, true],
    [{ 'data.items.sku': 'b' }, true],
    [{ 'data.items.1.count': 3 }, true],
    [{ 'data.gone': { $exists: false } }, true],
    [{ 'data.total': { $exists: true } }, true],
    [{ 'data.none': null }, true],
    [{ 'data.customer': { name: 'Ann', tags: ['new', 'vip'] } }, true],
    [{ $or: [{ 'data.total': 1 }, { source: 'shop' }] }, true],
    [{ $and: [{ 'data.total': 120 }, { source: 'bank' }] }, false],
    [{ $nor: [{ source: 'bank' }] }, true],
    [{ 'data.total': { $not: { $gt: 100 } } }, false],
    [{ 'data.gone.deeper': 1 }, false],
  ])('%j holds: %s', (where, expected) => {
    expect(whereFaults(where, 'where')).toEqual([]);
    expect(holdsFor(where, event)).toBe(expected);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ 'data.total': { $gtt: 1 } }, 'w.data.total.$gtt', 'did you mean $gt?'],
    [{ 'data.total': { $regex: 'a' } }, 'w.data.total.$regex', 'there is no operator $regex'],
    [{ 'data.total': { $where: 'a' } }, 'w.data.total.$where', 'there is no operator $where'],
    [{ $where: 'true' }, 'w.$where', 'there is no operator $where'],
    [{ $gt: 1 }, 'w.$gt', 'stands under a field'],
    [{ 'data.a': { $or: [] } }, 'w.data.a.$or', 'stands beside fields'],
    [{ total: 1 }, 'w.total', 'did you mean data.total?'],
    [{ typ: 'a' }, 'w.typ', 'did you mean type?'],
    [{ $or: { type: 'a' } }, 'w.$or', 'expected a list of queries'],
    [{ $or: [] }, 'w.$or', 'expected a list of queries'],
    [{ $or: [1] }, 'w.$or[0]', 'expected a query'],
    [{ $or: [{}, { 'data.a': { $x: 1 } }] }, 'w.$or[1].data.a.$x', 'there is no operator $x'],
    [{ 'data.a': { $in: 'b' } }, 'w.data.a.$in', 'expected a list'],
    [{ 'data.a': { $exists: 'yes' } }, 'w.data.a.$exists', 'expected true or false'],
    [{ 'data.a': { $not: 5 } }, 'w.data.a.$not', 'expected operators'],
    [{ 'data.a': { $not: { $sum: 1 } } }, 'w.data.a.$not.$sum', 'there is no operator $sum'],
    [{ 'data.a': { $gt: 1, b: 2 } }, 'w.data.a', 'either operators or the fields of a value'],
    [{ data: { total: { $gt: 1 } } }, 'w.data.total.$gt', 'write the path with dots'],
    [{ 'data.a': { $in: [{ $gt: 1 }] } }, 'w.data.a.$in[0].$gt', 'stands inside a value'],
    [{ 'data.a': 'x'.repeat(4_100) }, 'w', '4096 at most'],
  ])('%j is refused', (where, field, message) => {
    expect(whereFaults(where, 'w')).toMatchObject([
      { field, message: expect.stringContaining(message) as unknown as string },
    ]);
  });

  it('is refused where it is nested as deep as nobody writes', () => {
    let where: Record<string, unknown> = { type: 'a' };
    for (let level = 0; level < 200; level++) where = { $or: [where] };
    expect(whereFaults(where, 'w')[0]!.message).toContain('10 levels');
    let value: unknown = 1;
    for (let level = 0; level < 200; level++) value = [value];
    expect(whereFaults({ 'data.a': value }, 'w')[0]!.message).toContain('10 levels');
  });

  it('tells every mistake', () => {
    expect(whereFaults({ total: 1, 'data.a': { $x: 1 } }, 'w').map(({ field }) => field)).toEqual([
      'w.total',
      'w.data.a.$x',
    ]);
  });
});
