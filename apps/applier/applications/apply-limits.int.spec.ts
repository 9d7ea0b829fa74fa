import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BY_KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer } from '#libs/mail/testing';

let mail: MailServer;
let applier: PlayedApplier;
let number = 0;
/** A job that no other test has. */
const newJob = () => applier.world.addJob(`l${++number}`);

const REAL_TIMERS = [
  ...([
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
  ] as const),
  ...(['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const),
];

beforeAll(async () => {
  // Limits count by the day, and no day is to end in the middle of a test.
  jest.useFakeTimers({ now: new Date().setUTCHours(12, 0, 0, 0), doNotFake: REAL_TIMERS });
  mail = await startMailServer();
  applier = await playApplier({ SMTP_URL: mail.url });
});
afterAll(async () => {
  await applier.close();
  await mail.close();
  jest.useRealTimers();
});
beforeEach(() => {
  mail.manner = 'takes';
  applier.world.preferences = { ...applier.world.preferences, dailyLimit: 100, blockedEmployers: [] };
  applier.world.standingRule = null;
});

describe('limits', () => {
  const today = () => new Date().toISOString().slice(0, 10);
  const sentToday = async (): Promise<number> => {
    const which = { day: today(), userId: 'kim', testMode: false };
    const day = await applier.mongo.collection<{ applications: string[] }>('sending_days').findOne(which);
    return day?.applications.length ?? 0;
  };

  it('hold on a day, however many are sent at once', async () => {
    const prepared = [];
    for (let n = 0; n < 6; n += 1) prepared.push(await applier.prepare(newJob().id));
    applier.world.preferences = { ...applier.world.preferences, dailyLimit: (await sentToday()) + 2 };
    const all = await Promise.allSettled(prepared.map((each) => applier.apply(each)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = all.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as { code: string }] : [],
    );
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['applier/daily-limit']));
    expect((await applier.prepare(newJob().id)).warnings).toMatchObject([{ code: 'daily-limit' }]);
  });

  it('do not count what did not go out', async () => {
    const before = await sentToday();
    mail.manner = 'greylists';
    await expect(applier.apply(await applier.prepare(newJob().id))).rejects.toMatchObject({
      code: 'applier/mail-deferred',
    });
    expect(await sentToday()).toBe(before);
  });
});

describe('a standing rule', () => {
  const rule = {
    leastScore: 0.8,
    employers: [],
    channels: ['email' as const],
    perDay: 1,
    until: '2999-01-01',
  };
  const byRule = { approval: { ...BY_KIM, kind: 'standing-rule' as const } };

  it('lets go out what it covers, and no more a day than it says', async () => {
    applier.world.standingRule = rule;
    const [one, two] = [await applier.prepare(newJob().id), await applier.prepare(newJob().id)];
    for (const id of [`l${number - 1}`, `l${number}`]) applier.world.scores.set(id, 0.9);
    expect(await applier.apply(one, byRule)).toMatchObject({ status: 'sent' });
    await expect(applier.apply(two, byRule)).rejects.toMatchObject({
      code: 'applier/standing-rule',
      message: expect.stringContaining('it lets 1 go out on a day'),
    });
    expect(await applier.apply(two)).toMatchObject({ status: 'sent' });
  });

  it('covers no job that fits too little, no blocked employer, and nothing where there is none', async () => {
    const { id, company } = newJob();
    const prepared = await applier.prepare(id);
    await expect(applier.apply(prepared, byRule)).rejects.toMatchObject({
      message: expect.stringContaining('the profile has no standing rule'),
    });
    applier.world.standingRule = { ...rule, perDay: 100 };
    applier.world.preferences = { ...applier.world.preferences, blockedEmployers: [company] };
    const seen = mail.seen();
    await expect(applier.apply(prepared, byRule)).rejects.toMatchObject({
      code: 'applier/standing-rule',
      message: expect.stringMatching(/match score is 0, and it asks for 0.8.*blocked-employer/),
    });
    expect(mail.seen()).toBe(seen);
  });
});
