import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { FlowRunId, TaskRunId } from '#libs/run-log';
import { cuttingProxy } from '#libs/testing';
import { HuntApps } from './support/hunt-apps.js';
import { addressOf, openingAt } from './support/openings.js';
import type { Person, Question } from './support/person.js';

let apps: HuntApps;
let kim: Person;
let database: mongoose.Connection;

beforeAll(async () => {
  // What a killed process had in hand comes to the next one soon.
  const own = { orchestrator: { ACK_WAIT_MS: '1000' }, applier: { ACK_WAIT_MS: '3000' } };
  apps = await HuntApps.start({}, own);
  database = await mongoose.createConnection(apps.mongoUri).asPromise();
  kim = apps.person('kim');
  await kim.importProfile();
});
afterEach(() => apps.mail.accept());
afterAll(async () => {
  await database.close();
  await apps.close();
});

const mailsTo = (employer: string) => apps.mail.acceptedFor(addressOf(employer));
const shown = (question: Question) => kim.must('GET', `/applications/${question.shown.applicationId}`);

async function countOf(runId: FlowRunId, type: string, task: string): Promise<number> {
  const { events } = await apps.client.log.readRun(runId);
  return events.filter(({ event }) => event.type === type && 'task' in event && event.task === task).length;
}

/** Approves, and resolves once the whole mail is with the server, which says nothing to it yet. */
async function approveUpToTheMail(question: Question): Promise<void> {
  apps.mail.hold();
  const before = apps.mail.handedOver();
  expect(await kim.answer(question, { approved: true })).toMatchObject({ status: 202 });
  await apps.mail.reached(before + 1);
}

/** Resolves with the task that a run has halted over. */
async function doubted(runId: FlowRunId): Promise<TaskRunId> {
  const { event } = await apps.client.until(runId, ({ type }) => type === 'RunHalted');
  if (event.type !== 'RunHalted') throw new Error('it is just that');
  expect(event).toMatchObject({ reason: 'ambiguous', taskRunIds: [expect.any(String)] });
  return event.taskRunIds![0]!;
}

const resume = (runId: FlowRunId, resolutions: readonly object[]) =>
  kim.ask('POST', `/flow-runs/${runId}/resume`, { resolutions });

describe('a crash between the letter and the approval', () => {
  it('costs nothing: what was written is there, and one mail goes out', async () => {
    const employer = 'Ahornau';
    const jobId = await kim.bring(openingAt(employer));
    await apps.kill9('applier');
    const runId = await kim.start('apply_to_job', { jobId });
    await apps.client.until(
      runId,
      (event) => event.type === 'TaskScheduled' && event.task === 'prepare_application',
    );
    await apps.kill9('orchestrator', 'documents');
    await Promise.all([apps.startOne('orchestrator'), apps.startOne('documents')]);
    // It begins at once, and asks the others for what it makes ready.
    await apps.startOne('applier');
    const question = await kim.question(runId);

    // Nobody is there any more who has seen it ask.
    await apps.kill9('orchestrator', 'applier');
    await Promise.all([apps.startOne('orchestrator'), apps.startOne('applier')]);
    expect(await kim.approve(question)).toMatchObject({ success: true, status: 'sent' });
    for (const task of ['generate_cv', 'generate_letter', 'prepare_application', 'apply_job'])
      expect([task, await countOf(runId, 'TaskScheduled', task)]).toEqual([task, 1]);
    for (const kind of ['cv', 'letter']) {
      const { items } = await kim.must<{ items: unknown[] }>('GET', `/documents?kind=${kind}&jobId=${jobId}`);
      expect(items).toHaveLength(1);
    }
    expect(mailsTo(employer)).toHaveLength(1);
  });
});

describe('a crash of the applier while the mail is with the server', () => {
  it('leaves it to a person: nothing goes out again by itself, and once where they say that it did not', async () => {
    const employer = 'Eschenau';
    const jobId = await kim.bring(openingAt(employer));
    const question = await kim.startApplying(jobId);
    const { runId } = question;
    await approveUpToTheMail(question);
    await apps.kill9('applier');
    apps.mail.forget();
    await apps.startOne('applier');

    const taskRunId = await doubted(runId);
    expect(mailsTo(employer)).toEqual([]);
    expect(await shown(question)).toMatchObject({ wentOut: 'maybe' });
    expect(await kim.apply(jobId)).toMatchObject({
      success: false,
      error: { code: 'applier/already-applied' },
    });
    expect(await resume(runId, [])).toMatchObject({
      status: 409,
      body: { code: 'flow/resolution-needed' },
    });
    expect(await resume(runId, [{ taskRunId, as: 'retry' }])).toMatchObject({ status: 202 });
    expect(await kim.result(runId)).toMatchObject({ success: true, status: 'sent' });
    expect(mailsTo(employer)).toHaveLength(1);
    expect(await shown(question)).toMatchObject({ status: 'sent', wentOut: 'yes' });
  });

  it('that accepts it then sends nothing again, and it is sent once a person has said so', async () => {
    const employer = 'Fichtenau';
    const jobId = await kim.bring(openingAt(employer));
    const question = await kim.startApplying(jobId);
    const { runId, shown: said } = question;
    await approveUpToTheMail(question);
    await apps.kill9('applier');
    apps.mail.accept();
    await apps.startOne('applier');

    const taskRunId = await doubted(runId);
    expect(mailsTo(employer)).toHaveLength(1);
    const result = { status: 'sent', applicationId: said.applicationId };
    expect(await resume(runId, [{ taskRunId, as: 'succeeded', result }])).toMatchObject({ status: 202 });
    expect(await kim.result(runId)).toMatchObject({ success: true, status: 'sent' });

    // The application counts as being sent for as long as the one who died over it might have taken.
    await database
      .collection<{ _id: string }>('applications')
      .updateOne({ _id: said.applicationId }, { $set: { 'sending.until': new Date(0) } });
    expect(await shown(question)).toMatchObject({ status: 'ambiguous', wentOut: 'maybe' });
    await kim.must('PATCH', `/applications/${said.applicationId}`, { status: 'sent', note: 'they have it' });
    expect(await kim.apply(jobId)).toMatchObject({
      success: false,
      error: {
        code: 'applier/already-applied',
        message: expect.stringContaining(`application ${said.applicationId} to this opening is sent`),
      },
    });
    expect(mailsTo(employer)).toHaveLength(1);
  });
});

describe('a crash after the mail was accepted', () => {
  it('of the orchestrator, and of the applier once it has answered, goes on from the answer', async () => {
    const employer = 'Erlgrund';
    const question = await kim.startApplying(await kim.bring(openingAt(employer)));
    const { runId } = question;
    await approveUpToTheMail(question);
    await apps.kill9('orchestrator');
    apps.mail.accept();
    await apps.client.until(
      runId,
      (event) => event.type === 'TaskFinished' && event.operation === 'apply_job',
    );
    await apps.kill9('applier');
    await Promise.all([apps.startOne('orchestrator', { REPLAY_ALWAYS: 'true' }), apps.startOne('applier')]);

    expect(await kim.result(runId)).toMatchObject({ success: true, status: 'sent' });
    expect(await countOf(runId, 'TaskScheduled', 'apply_job')).toBe(1);
    expect(mailsTo(employer)).toHaveLength(1);
  });

  it('of the applier before it has answered sends nothing twice, even where a person says to try again', async () => {
    const employer = 'Lindgrund';
    const broker = await cuttingProxy(apps.natsUrl);
    await apps.kill9('applier');
    await apps.startOne('applier', { NATS_URL: broker.url });
    const question = await kim.startApplying(await kim.bring(openingAt(employer)));
    const { runId, shown: said } = question;
    await approveUpToTheMail(question);
    broker.freeze();
    apps.mail.accept();
    const applications = database.collection<{ _id: string; status: string }>('applications');
    while ((await applications.findOne({ _id: said.applicationId }))?.status !== 'sent');
    await apps.kill9('applier');
    await broker.close();
    await apps.startOne('applier');

    const taskRunId = await doubted(runId);
    expect(await shown(question)).toMatchObject({ status: 'sent', wentOut: 'yes' });
    expect(await resume(runId, [{ taskRunId, as: 'retry' }])).toMatchObject({ status: 202 });
    expect(await kim.result(runId)).toMatchObject({ success: true, status: 'sent' });
    expect(mailsTo(employer)).toHaveLength(1);
  });
});
