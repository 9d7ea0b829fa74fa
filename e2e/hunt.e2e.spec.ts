import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { ApplicationSummaryDto, DailyJobHuntFlowResult, HuntApplication } from '#libs/contracts';
import { BOTH_WAYS } from '#libs/flows/testing';
import type { FlowRunId, RunEvent } from '#libs/run-log';
import { startFixtureBoards, type FixtureBoards } from '../apps/scraper/fixture-boards/server.js';
import { HuntApps } from './support/hunt-apps.js';
import type { Person } from './support/person.js';

let apps: HuntApps;
let boards: FixtureBoards;
let database: mongoose.Connection;

beforeAll(async () => {
  boards = await startFixtureBoards();
  apps = await HuntApps.start({
    SOURCE_ARBEITNOW_URL: `${boards.url}/arbeitnow`,
    SOURCE_GREENHOUSE_URL: `${boards.url}/greenhouse`,
    SOURCE_GREENHOUSE_BOARDS: 'lindwerk,northquay,quillon',
  });
  database = await mongoose.createConnection(apps.mongoUri).asPromise();
});
afterAll(async () => {
  await database.close();
  await apps.close();
  await boards.close();
});

/** An application, and what the run that goes on with it has come to. */
interface Applied extends HuntApplication {
  readonly reached: RunEvent;
}

/** Two boards that have some openings in common, and room for every job that fits. */
const WHOLE = {
  sources: ['arbeitnow', 'greenhouse'],
  keywords: ['typescript', 'engineer'],
  matchThreshold: 0.5,
  top: 50,
};
const preferences = { titlesWanted: ['Backend Engineer'], languages: ['en', 'de'], dailyLimit: 100 };

async function hunt(person: Person, said: object = {}): Promise<DailyJobHuntFlowResult> {
  const runId = await person.start('daily_job_hunt', { ...WHOLE, ...said });
  return (await person.result(runId)) as DailyJobHuntFlowResult;
}

/** Resolves with the first thing that a run comes to: it asks, or it has ended. */
async function asksOrEnds(runId: string): Promise<RunEvent> {
  const reached = ['ApprovalRequested', 'FlowCompleted', 'FlowFailed', 'FlowCancelled'];
  return (await apps.client.until(runId as FlowRunId, ({ type }) => reached.includes(type))).event;
}

/** Hunts one time after the other until nothing new is left; gives all that was applied for, and what came of it. */
async function huntAll(person: Person, said: object = {}): Promise<Applied[]> {
  const all: Applied[] = [];
  for (;;) {
    const { applications, reason, success } = await hunt(person, said);
    expect(success).toBe(true);
    for (const application of applications)
      all.push({ ...application, reached: await asksOrEnds(application.runId ?? '') });
    if (applications.length > 0) continue;
    expect(reason).toMatch(/^(nothing_new|no_high_matches)$/);
    return all;
  }
}

/** Has the applications of a person made ready two days earlier. */
async function twoDaysLater(person: Person): Promise<void> {
  const applications = database.collection('applications');
  const earlier = { $dateSubtract: { startDate: '$preparedAt', unit: 'day', amount: 2 } };
  await applications.updateMany({ userId: person.userId }, [{ $set: { preparedAt: earlier } }]);
}

/** Resolves once the audit knows of so many questions that wait for a word. */
async function untilPending(person: Person, count: number): Promise<void> {
  for (;;) {
    const { items } = await person.must<{ items: unknown[] }>('GET', '/approvals?status=pending&limit=100');
    if (items.length === count) return;
  }
}

const listed = async (person: Person): Promise<ApplicationSummaryDto[]> =>
  (await person.must<{ items: ApplicationSummaryDto[] }>('GET', '/applications?limit=500')).items;

/** No opening is applied to by two applications, whichever of its postings they name. */
function expectOneForEachOpening(applications: readonly ApplicationSummaryDto[]): void {
  const postings = applications.flatMap(({ identities }) => identities);
  expect(new Set(postings).size).toBe(postings.length);
  const openings = applications.map(({ title, company }) => `${title} at ${company}`);
  expect(new Set(openings).size).toBe(openings.length);
}

describe.each(BOTH_WAYS)('a hunt, %s,', (how, replayAlways) => {
  beforeAll(() => apps.replaceOrchestrator(replayAlways));

  it('asks once for each opening, sends what is approved, and on the next day applies to nothing twice', async () => {
    const kim = apps.person(`kim${how.length}`);
    await kim.importProfile({ preferences });
    const before = apps.mail.handedOver();
    const asked = await huntAll(kim);
    expect(new Set(asked.map(({ status, reached }) => `${status} ${reached.type}`))).toEqual(
      new Set(['waiting ApprovalRequested']),
    );
    const applications = await listed(kim);
    expect(applications.map(({ id }) => id).sort()).toEqual(asked.map((one) => one.applicationId).sort());
    expectOneForEachOpening(applications);
    // Some stand on both boards.
    expect(applications.some(({ identities }) => identities.length > 1)).toBe(true);
    expect(apps.mail.handedOver()).toBe(before);

    await twoDaysLater(kim);
    await untilPending(kim, asked.length);
    expect(await huntAll(kim)).toEqual([]);

    const questions = await Promise.all(asked.map(({ runId }) => kim.question(runId as FlowRunId)));
    const [byMail, ...others] = questions.filter(({ shown }) => shown.channel === 'email');
    const [byForm, declined] = [...questions.filter(({ shown }) => shown.channel === 'form'), ...others];
    expect(await kim.approve(byMail!)).toMatchObject({ success: true, status: 'sent' });
    expect(await kim.approve(byForm!)).toMatchObject({ success: true, status: 'to_hand_in' });
    await kim.answer(declined!, { approved: false });
    expect(await kim.result(declined!.runId)).toMatchObject({ reason: 'declined', status: 'withdrawn' });
    expect(apps.mail.handedOver()).toBe(before + 1);

    await untilPending(kim, asked.length - 3);
    expect(await huntAll(kim)).toEqual([]);
    expect(await listed(kim)).toHaveLength(asked.length);
    expect(apps.mail.handedOver()).toBe(before + 1);
  });
});

describe('a hunt', () => {
  it('that may send by the standing rule sends what it covers, once', async () => {
    const max = apps.person('max');
    const standingRule = { leastScore: 0.5, perDay: 50, until: '2099-01-01T00:00:00Z' };
    await max.importProfile({ preferences, standingRule });
    const before = apps.mail.handedOver();
    const all = await huntAll(max, { autoApply: true });
    const sent = all.filter(({ reached }) => reached.type === 'FlowCompleted');
    expect(sent.length).toBeGreaterThan(0);
    for (const { status, reached } of sent)
      expect({ status, reached }).toMatchObject({
        status: 'by_rule',
        reached: { result: { success: true, status: 'sent' } },
      });
    expect(all.some(({ reached }) => reached.type === 'ApprovalRequested')).toBe(true);
    expect(apps.mail.handedOver()).toBe(before + sent.length);

    await twoDaysLater(max);
    await untilPending(max, all.length - sent.length);
    expect(await huntAll(max, { autoApply: true })).toEqual([]);
    const applications = await listed(max);
    expectOneForEachOpening(applications);
    expect(applications.filter(({ wentOut }) => wentOut === 'yes')).toHaveLength(sent.length);
    expect(apps.mail.handedOver()).toBe(before + sent.length);
  });
});
