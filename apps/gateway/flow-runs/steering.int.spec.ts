import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { flowRunId, millis, taskRunId } from '#libs/run-log';
import type { DecisionEvent, RunEvent } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());

interface Begun {
  readonly script: RunScript;
  readonly path: string;
  /** What clients have said to the run, beside its start. */
  readonly said: () => Promise<readonly RunEvent[]>;
}

const CLIENTS = ['SignalSent', 'ApprovalAnswered', 'PauseRequested', 'ResumeRequested', 'CancelRequested'];

async function begunRun(headers: Record<string, string> = {}): Promise<Begun> {
  const { body } = await at.post('/workflows/song', { text: 'la' }, headers);
  const script = new RunScript(at.log, flowRunId(body.runId));
  await script.begin();
  return {
    script,
    path: `/flow-runs/${body.runId}`,
    said: async () => {
      const { events } = await at.log.readRun(script.runId);
      return events.map(({ event }) => event).filter(({ type }) => CLIENTS.includes(type));
    },
  };
}

const asks = (step: number, name: string, more: object = {}): DecisionEvent => ({
  type: 'ApprovalRequested',
  step,
  name,
  payload: { song: 'la' },
  ...more,
});

const bob = { 'x-user-id': 'bob' };
const local = { userId: 'local', channel: 'api' };

describe('a signal', () => {
  it('is stored with any JSON that it carries, and who sent it', async () => {
    const { path, script, said } = await begunRun();
    const { status, body } = await at.post(`${path}/signals/louder%20please`, [1, 'two', null]);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      runId: script.runId,
      status: 'running',
      duplicate: false,
      note: null,
      links: { events: `${path}/events` },
    });
    await at.post(`${path}/signals/plain`, '');
    expect(await said()).toMatchObject([
      { type: 'SignalSent', name: 'louder please', payload: [1, 'two', null], actor: local },
      { type: 'SignalSent', name: 'plain', payload: null },
    ]);
  });

  it('is told with the state of the run that it goes to', async () => {
    const [{ script, path }, next] = [await begunRun(), await begunRun()];
    await next.script.decide({ type: 'RunPaused', actor: { userId: 'local', channel: 'api' } });
    await script.continueAs(next.script.runId);
    expect((await at.post(`${path}/signals/go`, {})).body).toMatchObject({
      runId: next.script.runId,
      status: 'paused',
    });
  });

  it('counts once under one idempotency key', async () => {
    const { path, said } = await begunRun();
    const key = { 'idempotency-key': 'once' };
    expect((await at.post(`${path}/signals/go`, {}, key)).body).toMatchObject({ duplicate: false });
    expect((await at.post(`${path}/signals/go`, {}, key)).body).toMatchObject({ duplicate: true });
    expect(await said()).toHaveLength(1);
  });

  it('is refused by a run that has ended, and by one that there is not', async () => {
    const { path, script } = await begunRun();
    await script.complete();
    expect(await at.post(`${path}/signals/go`, {})).toMatchObject({
      status: 409,
      body: { code: 'flow/run-ended', disposition: 'terminal' },
    });
    expect((await at.post('/flow-runs/nobody/signals/go', {})).status).toBe(404);
    expect((await at.post('/flow-runs/no%20id/signals/go', {})).status).toBe(400);
  });
});

describe('an approval', () => {
  it('is answered by its name or its step', async () => {
    const { path, script, said } = await begunRun();
    await script.decide(asks(1, 'sing it'), asks(2, 'send it'));
    const answer = { approved: true, comment: 'fine', payload: { pitch: 440 } };
    expect((await at.post(`${path}/approvals/sing%20it`, answer)).status).toBe(202);
    expect((await at.post(`${path}/approvals/2`, { approved: false })).status).toBe(202);
    expect(await said()).toMatchObject([
      { type: 'ApprovalAnswered', step: 1, ...answer, actor: local },
      { type: 'ApprovalAnswered', step: 2, approved: false },
    ]);
  });

  it('is refused in words where it cannot be answered so', async () => {
    const { path, script } = await begunRun();
    await script.decide(asks(1, 'sing it'), asks(2, 'secret', { approvers: ['ann'] }));
    expect(await at.post(`${path}/approvals/whistle`, { approved: true })).toMatchObject({
      status: 404,
      body: { code: 'flow/unknown-approval' },
    });
    expect(await at.post(`${path}/approvals/secret`, { approved: true })).toMatchObject({
      status: 403,
      body: { code: 'flow/not-an-approver' },
    });
    expect(await at.post(`${path}/approvals/1`, { approved: 'yes', why: 1 })).toMatchObject({
      status: 422,
      body: {
        code: 'gateway/invalid-body',
        errors: expect.arrayContaining([
          expect.objectContaining({ field: 'approved', value: 'yes' }),
          expect.objectContaining({ field: 'why' }),
        ]),
      },
    });
    await at.post(`${path}/approvals/1`, { approved: true });
    expect(await at.post(`${path}/approvals/1`, { approved: false })).toMatchObject({
      status: 409,
      body: { code: 'flow/already-answered' },
    });
  });

  it('is answered also by somebody whom the flow names, and whom nothing else of the run is shown', async () => {
    const { path, script } = await begunRun({ 'x-user-id': 'ann' });
    await script.decide(asks(1, 'sing it', { approvers: ['bob'] }));
    const yes = { approved: true };
    expect((await at.post(`${path}/approvals/1`, yes, { 'x-user-id': 'eve' })).status).toBe(404);
    expect((await at.post(`${path}/pause`, {}, bob)).status).toBe(404);
    expect((await at.post(`${path}/approvals/1`, yes, bob)).status).toBe(202);
  });
});

describe('an approval of a run that goes on as another', () => {
  const ann = { 'x-user-id': 'ann' };
  const yes = { approved: true };

  /** Ann's run that names bob as approver, and the one that goes on with its work. */
  async function chain(...asked: DecisionEvent[]): Promise<readonly [Begun, Begun]> {
    const [first, next] = [await begunRun(ann), await begunRun(ann)];
    await first.script.decide(asks(1, 'sing it', { approvers: ['bob'] }));
    await next.script.decide(...asked);
    await first.script.continueAs(next.script.runId);
    return [first, next];
  }

  it('is answered by nobody whom only the earlier one names, who learns nothing of the other', async () => {
    const [first, next] = await chain(asks(1, 'pay'));
    const { status, body } = await at.post(`${first.path}/approvals/pay`, yes, bob);
    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'gateway/unknown-run' } });
    expect(JSON.stringify(body)).not.toContain(next.script.runId);
    expect(await next.said()).toEqual([]);
  });

  it('is answered by whoever may answer those of the other, too', async () => {
    const [first, next] = await chain(asks(1, 'sing it', { approvers: ['bob'] }), asks(2, 'pay'));
    const { runId } = next.script;
    const path = `${first.path}/approvals`;
    expect(await at.post(`${path}/1`, yes, bob)).toMatchObject({ status: 202, body: { runId } });
    expect(await at.post(`${path}/pay`, yes, ann)).toMatchObject({ status: 202, body: { runId } });
    expect(await next.said()).toMatchObject([{ step: 1 }, { step: 2 }]);
  });

  it('may be tried again where the other is not started yet', async () => {
    const first = await begunRun(ann);
    await first.script.decide(asks(1, 'sing it', { approvers: ['bob'] }));
    await first.script.continueAs(flowRunId(`${first.script.runId}-next`));
    const continuing = { status: 503, body: { code: 'flow/continuing', disposition: 'retry' } };
    expect(await at.post(`${first.path}/approvals/1`, yes, bob)).toMatchObject(continuing);
    expect(await at.post(`${first.path}/pause`, {}, ann)).toMatchObject(continuing);
  });
});

describe('a pause', () => {
  it('is asked for once and ended by a resume', async () => {
    const { path, script, said } = await begunRun();
    expect(await at.post(`${path}/resume`, {})).toMatchObject({
      status: 409,
      body: { code: 'flow/not-paused' },
    });
    expect((await at.post(`${path}/pause`, { reason: 'lunch' })).status).toBe(202);
    await script.decide({ type: 'RunPaused', actor: { userId: 'local', channel: 'api' }, reason: 'lunch' });
    expect(await at.post(`${path}/pause`, {})).toMatchObject({
      status: 409,
      body: { code: 'flow/already-paused' },
    });
    expect(await at.post(`${path}/resume`, {})).toMatchObject({ status: 202, body: { status: 'paused' } });
    expect(await said()).toMatchObject([
      { type: 'PauseRequested', reason: 'lunch', actor: local },
      { type: 'ResumeRequested', actor: local },
    ]);
  });
});

describe('a run that halted because nobody knows what became of a task', () => {
  async function halted(): Promise<Begun> {
    const run = await begunRun();
    await run.script.schedule(1);
    const error = { code: 'operation/ambiguous', message: 'it may have sung', disposition: 'halt' } as const;
    await at.log.outcome(run.script.runId, {
      type: 'TaskFinished',
      taskRunId: taskRunId('task-1'),
      attempt: 1,
      operation: 'sing',
      startedAt: millis(1_000),
      finishedAt: millis(2_000),
      deliveries: 2,
      by: 'singer-1',
      outcome: { status: 'failed', error },
    });
    await run.script.decide({ type: 'RunHalted', reason: 'ambiguous', error });
    return run;
  }

  it('goes on once a person has said it', async () => {
    const { path, said } = await halted();
    expect(await at.post(`${path}/resume`, {})).toMatchObject({
      status: 409,
      body: { code: 'flow/resolution-needed', errors: [{ field: 'resolutions' }] },
    });
    const other = { resolutions: [{ taskRunId: 'task-9', as: 'retry' }] };
    expect(await at.post(`${path}/resume`, other)).toMatchObject({
      status: 409,
      body: { code: 'flow/not-ambiguous' },
    });
    const spaced = { resolutions: [{ taskRunId: 't 1', as: 'retry' }] };
    expect(await at.post(`${path}/resume`, spaced)).toMatchObject({
      status: 422,
      body: {
        code: 'gateway/invalid-body',
        errors: [
          { field: 'resolutions[0].taskRunId', value: 't 1', message: 'expected the id of a task run' },
        ],
      },
    });
    const odd = { resolutions: [{ taskRunId: 'task-1', as: 'perhaps' }] };
    expect(await at.post(`${path}/resume`, odd)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'resolutions[0].as', value: 'perhaps' }] },
    });
    const resolutions = [{ taskRunId: 'task-1', as: 'succeeded', result: { sung: 1 } }];
    expect((await at.post(`${path}/resume`, { resolutions })).status).toBe(202);
    expect(await said()).toMatchObject([{ type: 'ResumeRequested', resolutions }]);
  });
});

describe('a cancellation', () => {
  it('says of the second one that it ends the run at once', async () => {
    const { path, script } = await begunRun();
    expect((await at.post(`${path}/cancel`, { reason: 'too loud' })).body).toMatchObject({ note: null });
    await script.decide({ type: 'FlowCancelling', cause: 'cancel', reason: 'too loud' });
    const again = await at.post<{ note: string }>(`${path}/cancel`, {});
    expect(again.status).toBe(202);
    expect(again.body.note).toContain('at once');
  });
});

describe('a restart', () => {
  interface Restarted {
    readonly runId: string;
    readonly code: string;
    readonly existing: boolean;
    readonly restartedFrom: string;
  }

  it('is a new run that names the old one, its step and what is kept', async () => {
    const { path, script } = await begunRun();
    await script.schedule(1);
    await script.succeed(1);
    await script.schedule(2);
    await script.decide({
      type: 'FlowFailed',
      error: { code: 'x/y', message: 'no', disposition: 'terminal' },
    });
    const { status, body, headers } = await at.post<Restarted>(`${path}/restart`, { fromStep: 2 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ flow: 'song', restartedFrom: script.runId, existing: false });
    expect(headers.get('location')).toBe(`/flow-runs/${body.runId}`);
    const { events } = await at.log.readRun(flowRunId(body.runId));
    expect(events[0]?.event).toMatchObject({
      type: 'StartRequested',
      input: { text: 'la' },
      fork: { from: script.runId, step: 2, results: [{ step: 1, value: { sung: 1 } }] },
    });
  });

  it('is refused in words where it cannot be', async () => {
    const { path, script } = await begunRun();
    await script.schedule(1);
    expect(await at.post(`${path}/restart`, {})).toMatchObject({
      status: 409,
      body: { code: 'flow/still-running' },
    });
    await script.complete();
    expect(await at.post(`${path}/restart`, { fromStep: 7 })).toMatchObject({
      status: 422,
      body: { code: 'flow/unknown-step', errors: [{ field: 'fromStep', value: 7 }] },
    });
    expect(await at.post(`${path}/restart`, { fromStep: 0 })).toMatchObject({ status: 422 });
    expect(await at.post(`${path}/restart`, { input: { text: 7 } })).toMatchObject({
      status: 422,
      body: { code: 'flow/invalid-input', errors: [{ field: 'text', value: 7 }] },
    });
  });

  it('under one idempotency key is one new run', async () => {
    const { path, script } = await begunRun();
    await script.complete();
    const key = { 'idempotency-key': 'again' };
    const first = await at.post<Restarted>(`${path}/restart`, {}, key);
    const second = await at.post<Restarted>(`${path}/restart`, {}, key);
    expect(second.body).toMatchObject({ runId: first.body.runId, existing: true });
    expect(await at.post(`${path}/restart`, { input: { text: 'li' } }, key)).toMatchObject({
      status: 409,
      body: { code: 'flow/idempotency-conflict' },
    });
  });
});
