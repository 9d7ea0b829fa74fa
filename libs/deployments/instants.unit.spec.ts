import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueBy, instantsOf, nextOf } from './instants.js';
import type { Schedule } from './schedule.js';

const BERLIN = 'Europe/Berlin';
const iso = (at: number): string => new Date(at).toISOString();
const next = (schedule: Schedule, after: string, count: number): string[] =>
  nextOf(instantsOf(schedule), Date.parse(after), count).map(iso);
const refusal = (schedule: Schedule) => {
  try {
    instantsOf(schedule);
  } catch (error) {
    return error as Error & { fields: { field: string; value: unknown }[] };
  }
  throw new Error('it was taken');
};

describe('a cron expression', () => {
  it.each([
    ['0 9 * * *', ['2026-11-21T09:00:00.000Z', '2026-11-22T09:00:00.000Z']],
    ['0 */6 * * *', ['2026-11-21T06:00:00.000Z', '2026-11-21T12:00:00.000Z']],
    ['*/20 8-9 * * *', ['2026-11-21T08:00:00.000Z', '2026-11-21T08:20:00.000Z']],
    ['0 9 * * MON-FRI', ['2026-11-23T09:00:00.000Z', '2026-11-24T09:00:00.000Z']],
    ['0 9 * jan,FEB *', ['2027-01-01T09:00:00.000Z', '2027-01-02T09:00:00.000Z']],
    ['30 4 1,15 * 5', ['2026-11-27T04:30:00.000Z', '2026-12-01T04:30:00.000Z']],
    ['0 9 * * 7', ['2026-11-22T09:00:00.000Z', '2026-11-29T09:00:00.000Z']],
    ['  0   9 * *  ?', ['2026-11-21T09:00:00.000Z', '2026-11-22T09:00:00.000Z']],
    ['0 9 L * *', ['2026-11-30T09:00:00.000Z', '2026-12-31T09:00:00.000Z']],
    ['0 0 29 2 *', ['2028-02-29T00:00:00.000Z', '2032-02-29T00:00:00.000Z']],
    ['@daily', ['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z']],
    ['@Hourly', ['2026-11-21T01:00:00.000Z', '2026-11-21T02:00:00.000Z']],
    ['@weekly', ['2026-11-22T00:00:00.000Z', '2026-11-29T00:00:00.000Z']],
    ['@monthly', ['2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z']],
    ['@yearly', ['2027-01-01T00:00:00.000Z', '2028-01-01T00:00:00.000Z']],
  ])('%s fires when people mean it to', (cron, expected) => {
    expect(next({ cron }, '2026-11-21T00:00:00Z', 2)).toEqual(expected);
  });

  it('is read in its time zone', () => {
    expect(next({ cron: '0 9 * * *', timeZone: BERLIN }, '2026-11-21T00:00:00Z', 1)).toEqual([
      '2026-11-21T08:00:00.000Z',
    ]);
  });

  it('of six fields is refused, for a shift by one place would fire every minute', () => {
    const error = refusal({ cron: '0 0 9 * * *' });
    expect(error.message).toBe(
      'schedule.cron "0 0 9 * * *" was refused: it has 6 fields, and five are expected (minute, hour, day of month, ' +
        'month, day of week); leave the seconds out, or it would mean something else by one place',
    );
    expect(error.fields).toMatchObject([{ field: 'schedule.cron', value: '0 0 9 * * *' }]);
  });

  it.each([
    ['', 'it has no field, and five are expected'],
    ['abc', 'it has one field'],
    ['0 9 * *', 'it has 4 fields'],
    ['0 9 * * * * *', 'it has 7 fields'],
    ['60 * * * *', 'Invalid value for minute: 60'],
    ['0 24 * * *', 'Invalid value for hour: 24'],
    ['0 9 * * 8', 'Invalid value for dayOfWeek: 8'],
    ['5-1 * * * *', "From value is larger than to value: '5-1'"],
    ['*/0 * * * *', 'illegal stepping: 0'],
    ['0 */0 * * *', 'illegal stepping: 0'],
    ['@reboot', 'there is no such name; there are @yearly'],
    ['0 0 30 2 *', 'it never fires'],
    ['0 0 31 4,6,9,11 *', 'it never fires'],
  ])('%j is refused', (cron, why) => {
    const error = refusal({ cron });
    expect(error.message).toContain(why);
    expect(error.fields[0]).toMatchObject({ field: 'schedule.cron', value: cron });
  });

  it.each(['Mars/Phobos', 'Berlin', '', 'UTC+25'])('in the zone %j is refused', (timeZone) => {
    const error = refusal({ cron: '0 9 * * *', timeZone });
    expect(error.message).toContain('is no time zone, expected an IANA name such as Europe/Berlin');
    expect(error.fields[0]).toMatchObject({ field: 'schedule.timeZone', value: timeZone });
  });
});

describe('when the clock leaps ahead', () => {
  it.each([
    ['30 2 * * *', ['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']],
    ['*/15 2 * * *', ['2026-03-28T01:45:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z']],
    ['0 2,3 * * *', ['2026-03-28T02:00:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z']],
    ['0 */2 * * *', ['2026-03-28T23:00:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-29T02:00:00.000Z']],
  ])('%s fires once, after the leap', (cron, around) => {
    const before = Date.parse(around[0]!) - 1;
    expect(next({ cron, timeZone: BERLIN }, iso(before), 3)).toEqual(around);
  });

  it('an open hour follows elapsed time', () => {
    expect(next({ cron: '30 * * * *', timeZone: BERLIN }, '2026-03-29T00:00:00Z', 3)).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T02:30:00.000Z',
    ]);
  });

  it('a midnight that does not exist comes when the day begins', () => {
    expect(next({ cron: '0 0 * * *', timeZone: 'Africa/Cairo' }, '2026-04-23T12:00:00Z', 2)).toEqual([
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });

  it('a leap of half an hour is one too', () => {
    expect(next({ cron: '15 2 * * *', timeZone: 'Australia/Lord_Howe' }, '2026-10-03T00:00:00Z', 2)).toEqual([
      '2026-10-03T15:30:00.000Z',
      '2026-10-04T15:15:00.000Z',
    ]);
  });
});

describe('when the clock is put back', () => {
  it.each([
    ['30 2 * * *', ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']],
    ['0,30 2 * * *', ['2026-10-25T00:00:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-26T01:00:00.000Z']],
    ['0 */2 * * *', ['2026-10-25T00:00:00.000Z', '2026-10-25T03:00:00.000Z']],
  ])('%s fires once, at the first pass', (cron, around) => {
    const before = Date.parse(around[0]!) - 1;
    expect(next({ cron, timeZone: BERLIN }, iso(before), around.length)).toEqual(around);
  });

  it('asked between the passes, the next instant is not the second pass', () => {
    for (const between of ['2026-10-25T00:45:00Z', '2026-10-25T01:10:00Z'])
      expect(next({ cron: '30 2 * * *', timeZone: BERLIN }, between, 1)).toEqual([
        '2026-10-26T01:30:00.000Z',
      ]);
  });

  it('an open hour follows elapsed time, so both passes count', () => {
    expect(next({ cron: '30 * * * *', timeZone: BERLIN }, '2026-10-25T00:00:00Z', 3)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:30:00.000Z',
    ]);
  });
});

describe('an interval', () => {
  it('counts from its anchor, before and after it', () => {
    const schedule = { intervalSeconds: 90, anchor: '2026-11-21T10:00:10Z' };
    expect(next(schedule, '2026-11-21T10:00:10Z', 2)).toEqual([
      '2026-11-21T10:01:40.000Z',
      '2026-11-21T10:03:10.000Z',
    ]);
    expect(next(schedule, '2026-11-21T09:58:00Z', 2)).toEqual([
      '2026-11-21T09:58:40.000Z',
      '2026-11-21T10:00:10.000Z',
    ]);
  });

  it.each([0, -5, 0.5, Number.NaN, Infinity, 1e12])('of %d seconds is refused', (intervalSeconds) => {
    const error = refusal({ intervalSeconds });
    expect(error.message).toContain('expected whole seconds, 1 to 31622400');
    expect(error.fields[0]).toMatchObject({ field: 'schedule.intervalSeconds' });
  });

  it.each(['tomorrow', '2026-13-01T00:00:00Z', '2026-01-01'])('with the anchor %j is refused', (anchor) => {
    expect(refusal({ intervalSeconds: 60, anchor }).fields[0]).toMatchObject({
      field: 'schedule.anchor',
      value: anchor,
    });
  });
});

const ZONES = ['UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu'];
const from = Date.parse('2026-01-01T00:00:00Z');
const anyTime = fc.integer({ min: from, max: from + 3 * 366 * 86_400_000 });
const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 1, max: max - min }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => (a <= b ? `${a}-${b}` : `${b},${a}`)),
  );
const anyCron = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6), fc.constantFrom(...ZONES))
  .map(([minute, hour, day, month, weekday, timeZone]): Schedule => ({
    cron: [minute, hour, day, month, weekday].join(' '),
    timeZone,
  }));
const anyInterval = fc
  .tuple(fc.integer({ min: 1, max: 200_000 }), anyTime)
  .map(([intervalSeconds, anchor]): Schedule => ({ intervalSeconds, anchor: iso(anchor) }));
const anySchedule = fc.oneof({ weight: 3, arbitrary: anyCron }, anyInterval);

describe('every schedule', () => {
  it('goes strictly forward', () => {
    fc.assert(
      fc.property(anySchedule, anyTime, (schedule, after) => {
        let last = after;
        for (const at of nextOf(instantsOf(schedule), after, 20)) {
          expect(at).toBeGreaterThan(last);
          last = at;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('names the same instants wherever one begins to ask', () => {
    fc.assert(
      fc.property(
        anySchedule,
        anyTime,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, after, part) => {
          const instants = instantsOf(schedule);
          const [first, second] = nextOf(instants, after, 2);
          if (first === undefined || second === undefined) return;
          expect(instants.next(Math.floor(after + (first - 1 - after) * part))).toBe(first);
          expect(instants.next(Math.floor(first + (second - 1 - first) * part))).toBe(second);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has the same instants due in one look and in several', () => {
    fc.assert(
      fc.property(anySchedule, anyTime, fc.integer({ min: 1, max: 30 }), (schedule, after, limit) => {
        const instants = instantsOf(schedule);
        const all = nextOf(instants, after, 40);
        const now = all.at(-1)!;
        const due = dueBy(instants, after, now, limit);
        expect(due.instants).toEqual(all.slice(-limit));
        expect(due.more).toBe(all.length > limit);
        expect(dueBy(instants, now, now, limit).instants).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
