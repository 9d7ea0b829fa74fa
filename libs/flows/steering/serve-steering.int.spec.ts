import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog, flowRunId, streamSeq, taskRunId, type JetStreamRunLog } from '#libs/run-log';
import type { Actor, DecisionEvent, FlowRunId, RunEvent } from '#libs/run-log';
import { failure, flowStarted, scheduled } from '#libs/run-records/testing';
import { testNats } from '#libs/testing';
import { FlowClient, flow, FlowRegistry, serveStarts } from '../index.js';
import { SampleDto } from '../testing/sample-operations.js';
import { ambiguousHalt, approvalAsked, unknown } from './run-history.fixtures.js';
import { serveSteering } from './serve-steering.js';

const someone: Actor = { userId: 'someone', channel: 'api' };
const other: Actor = { userId: 'other', channel: 'cli' };
const by = { actor: someone };

let log: JetStreamRunLog;
let client: FlowClient;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  log = await connectRunLog({ ...testNats(), name: 'spec' });
  const greet = flow(
    { name: 'greet', aliases: ['hail'], description: 'Under test.', input: SampleDto },
    async () => 1,
  );
  const registry = new FlowRegistry([greet]);
  const buckets = jetStreamBuckets(log.connection);
  open.push(await serveStarts(log.connection, log, registry));
  // Two of them: each request must be answered once.
  for (let i = 0; i < 2; i++) open.push(await serveSteering(log.connection, { log, registry, buckets }));
  client = new FlowClient(log.connection, log);
});

afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  await log.close();
});

/** A run that no orchestrator drives: it decides what the spec says. */
async function run(...decisions: readonly RunEvent[]): Promise<FlowRunId> {
  const { runId } = await client.start('greet', { value: 'x' }, { actor: someone, tags: ['t'] });
  await log.decide(runId, streamSeq(0), [flowStarted, ...(decisions as DecisionEvent[])]);
  return runId;
}

async function decide(runId: FlowRunId, ...decisions: readonly DecisionEvent[]): Promise<void> {
  await log.decide(runId, (await log.readRun(runId)).lastDecision, decisions);
}

async function said(runId: FlowRunId): Promise<readonly RunEvent[]> {
  const { events } = await log.readRun(runId);
  return events
    .map(({ event }) => event)
    .filter(({ type }) => /^(Cancel|Pause|Resume)Requested$|^SignalSent$|^ApprovalAnswered$/.test(type));
}

async function ask(verb: string, of: string, body = '', meta: Record<string, string> = {}): Promise<object> {
  const h = headers();
  for (const [name, value] of Object.entries(meta)) h.set(name, value);
  const subject = `workflows.${verb}.${of}`;
  return (await log.connection.request(subject, body, { headers: h, timeout: 5_000 })).json<object>();
}

const refusal = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('what is said to a run from outside', () => {
  it('is stored once, in the name of who said it', async () => {
    const runId = await run();
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };
    const sent = await client.signal(runId, 'go', { a: 1 }, { actor: other, trace });
    expect(sent).toEqual({ runId, seq: expect.any(Number), duplicate: false });
    const { events } = await log.readRun(runId);
    expect(events.at(-1)).toMatchObject({
      trace,
      position: { seq: sent.seq },
      event: { type: 'SignalSent', actor: other, name: 'go', payload: { a: 1 } },
    });
  });

  it('may be said by a plain message', async () => {
    const runId = await run();
    const meta = { 'User-Id': 'someone', Channel: 'cli' };
    expect(await ask('signal', runId, '{"name": "go", "payload": [1]}', meta)).toMatchObject({ runId });
    expect(await ask('pause', runId, '{"reason": "lunch"}')).toMatchObject({ runId });
    expect(await ask('cancel', runId)).toMatchObject({ runId });
    expect(await said(runId)).toEqual([
      { type: 'SignalSent', actor: { userId: 'someone', channel: 'cli' }, name: 'go', payload: [1] },
      { type: 'PauseRequested', actor: { userId: 'local', channel: 'nats' }, reason: 'lunch' },
      { type: 'CancelRequested', actor: { userId: 'local', channel: 'nats' } },
    ]);
  });

  it('needs a run', async () => {
    const nobody = flowRunId('nobody');
    for (const attempt of [
      () => client.signal(nobody, 'go', null, by),
      () => client.answerApproval(nobody, {}, { approved: true, ...by }),
      () => client.pause(nobody, by),
      () => client.resume(nobody, by),
      () => client.cancel(nobody, by),
      () => client.restart(nobody, by),
      () => client.describe(nobody),
      () => client.result(nobody),
      () => client.cancel('a b' as FlowRunId, by),
    ])
      await expect(attempt()).rejects.toEqual(refusal('flow/unknown-run', 'is not known'));
  });

  it('is refused by a run that has ended, which says how', async () => {
    const runId = await run({ type: 'FlowFailed', error: failure });
    const ended = refusal('flow/run-ended', `run ${runId} has ended: it failed at 20`);
    await expect(client.signal(runId, 'go', null, by)).rejects.toEqual(ended);
    await expect(client.answerApproval(runId, {}, { approved: true, ...by })).rejects.toEqual(ended);
    await expect(client.pause(runId, by)).rejects.toEqual(ended);
    await expect(client.resume(runId, by)).rejects.toEqual(ended);
    await expect(client.cancel(runId, by)).rejects.toEqual(ended);
    expect(await said(runId)).toEqual([]);
  });

  it('goes to the run that goes on with the work', async () => {
    const second = await run();
    const first = await run({ type: 'FlowContinued', nextRunId: second, input: {}, fedSeq: streamSeq(2) });
    expect(await client.signal(first, 'go', null, by)).toMatchObject({ runId: second });
    expect(await said(first)).toEqual([]);
    const third = flowRunId(`${second}-c3`);
    await decide(second, { type: 'FlowContinued', nextRunId: third, input: {}, fedSeq: streamSeq(2) });
    await expect(client.signal(first, 'go', null, by)).rejects.toMatchObject({
      code: 'flow/continuing',
      disposition: 'retry',
    });
  });

  it.each([
    ['signal', '{}', 'name'],
    ['signal', '{"name": "go", "id": "a b"}', 'id'],
    ['approve', '{"approved": "yes"}', 'approved'],
    ['pause', '{"reason": 3}', 'reason'],
    ['cancel', '{"resaon": "typo"}', 'resaon'],
    ['resume', '{"resolutions": [{"taskRunId": "x", "as": "perhaps"}]}', 'resolutions[0].as'],
    ['resume', '{"resolutions": [{"taskRunId": "t 1", "as": "retry"}]}', 'resolutions[0].taskRunId'],
    ['restart', '{"fromStep": "2"}', 'fromStep'],
    ['restart', '{"fromStep": 0}', 'fromStep'],
    ['restart', '{"input": []}', 'input'],
  ])('is refused where the body of %s is %s', async (verb, body, field) => {
    expect(await ask(verb, await run(), body)).toMatchObject({
      error: { code: 'flow/invalid-input', fields: [{ field }] },
    });
  });

  it('is refused where it does not fit in a message, and nothing is stored', async () => {
    const runId = await run();
    const much = 'x'.repeat(50 * 1024 * 1024);
    const large = refusal('flow/too-large', 'at most');
    await expect(client.signal(runId, 'go', much, by)).rejects.toEqual(large);
    await expect(client.start('greet', { value: much }, by)).rejects.toEqual(large);
    expect(await said(runId)).toEqual([]);
  });

  it('is answered where an orchestrator runs', async () => {
    const alone = await connectRunLog({ ...testNats(), name: 'alone' });
    const nobody = new FlowClient(alone.connection, alone);
    await expect(nobody.cancel(flowRunId('run-1'), by)).rejects.toMatchObject({
      code: 'flow/no-orchestrator',
      message: 'run run-1 was not reached: no orchestrator is running',
      disposition: 'retry',
    });
    await alone.close();
  });
});

describe('a signal', () => {
  it('with an id of its sender’s is the same signal however often it is sent', async () => {
    const runId = await run();
    const first = await client.signal(runId, 'go', 1, { ...by, id: 'order-1' });
    expect(await client.signal(runId, 'go', 1, { ...by, id: 'order-1' })).toEqual({
      ...first,
      duplicate: true,
    });
    await client.signal(runId, 'go', 1, by);
    await client.signal(runId, 'go', 1, by);
    expect(await said(runId)).toHaveLength(3);
  });

  it('is the same signal also where the run that took it goes on as another', async () => {
    const [first, second] = [await run(), await run()];
    const sent = await client.signal(first, 'go', 1, { ...by, id: 'order-2' });
    await decide(first, { type: 'FlowContinued', nextRunId: second, input: {}, fedSeq: sent.seq });
    expect(await client.signal(first, 'go', 1, { ...by, id: 'order-2' })).toEqual({
      ...sent,
      duplicate: true,
    });
    expect(await said(second)).toEqual([]);
    expect(await client.signal(first, 'go', 1, { ...by, id: 'order-3' })).toMatchObject({
      runId: second,
      duplicate: false,
    });
  });
});

describe('an approval', () => {
  it('is listed while it is open, answered once, and then says by whom', async () => {
    const runId = await run(approvalAsked(1, 'send', { payload: { to: 'you' } }), approvalAsked(2, 'pay'));
    expect(await client.approvals(runId)).toMatchObject([
      { step: 1, name: 'send', payload: { to: 'you' } },
      { step: 2, name: 'pay' },
    ]);
    expect(await ask('approvals', runId)).toEqual({ approvals: await client.approvals(runId) });
    const yes = { approved: true, comment: 'fine', payload: { copies: 2 }, actor: someone };
    await client.answerApproval(runId, { name: 'send' }, yes);
    expect(await said(runId)).toContainEqual({ type: 'ApprovalAnswered', step: 1, ...yes });
    await expect(
      client.answerApproval(runId, { step: 1 }, { approved: false, actor: other }),
    ).rejects.toEqual(refusal('flow/already-answered', 'was approved already, by someone at 20'));
    expect(await client.approvals(runId)).toMatchObject([{ step: 2 }]);
  });

  it('is answered once by one that says it twice at the same time', async () => {
    const runId = await run(approvalAsked(1, 'send'));
    const twice = [1, 2].map(() => client.answerApproval(runId, {}, { approved: true, ...by }));
    await Promise.allSettled(twice);
    expect(await said(runId)).toHaveLength(1);
  });
});

describe('pause and resumption', () => {
  it('each hold until the other', async () => {
    const runId = await run();
    await expect(client.resume(runId, by)).rejects.toEqual(refusal('flow/not-paused'));
    await client.pause(runId, by);
    await expect(client.pause(runId, { actor: other })).rejects.toEqual(
      refusal('flow/already-paused', 'by someone at'),
    );
    await decide(runId, { type: 'RunPaused', actor: someone });
    expect(await client.describe(runId)).toMatchObject({ standing: 'paused', paused: { by: someone } });
    await client.resume(runId, by);
    await decide(runId, { type: 'RunResumed', actor: someone, after: 'pause' });
    await expect(client.resume(runId, by)).rejects.toEqual(refusal('flow/not-paused'));
    await client.pause(runId, by);
    expect((await said(runId)).map(({ type }) => type)).toEqual([
      'PauseRequested',
      'ResumeRequested',
      'PauseRequested',
    ]);
  });

  it('need a word on what nobody knows', async () => {
    const runId = await run();
    const id = taskRunId(`${runId}-1`);
    await decide(runId, scheduled(id, { step: 1, task: 'send' }));
    await log.outcome(runId, { ...unknown(1), taskRunId: id } as never);
    await decide(runId, ambiguousHalt);
    await expect(client.resume(runId, by)).rejects.toEqual(
      refusal('flow/resolution-needed', `${id} (task send, step 1)`),
    );
    const retry = { taskRunId: id, as: 'retry' } as const;
    const wrong = { taskRunId: taskRunId('other'), as: 'retry' } as const;
    await expect(client.resume(runId, { ...by, resolutions: [retry, wrong] })).rejects.toEqual(
      refusal('flow/not-ambiguous', 'what became of other'),
    );
    await client.resume(runId, { ...by, resolutions: [retry] });
    expect(await said(runId)).toEqual([{ type: 'ResumeRequested', actor: someone, resolutions: [retry] }]);
  });
});

describe('a cancel', () => {
  it('said twice ends the run at once, and says so', async () => {
    const runId = await run();
    expect(await client.cancel(runId, { ...by, reason: 'enough' })).not.toHaveProperty('note');
    expect(await client.cancel(runId, { actor: other })).toMatchObject({
      duplicate: false,
      note: expect.stringContaining('cancelled before, by someone: this second cancel ends it at once'),
    });
    expect(await said(runId)).toHaveLength(2);
  });
});

describe('a restart', () => {
  const steps = (runId: FlowRunId) =>
    [1, 2].map((step) =>
      scheduled(`${runId}-${step}`, {
        step,
        task: `task_${step}`,
        reuseKey: 'k',
        idempotencyKey: `${runId}/task_${step}/k/1`,
      }),
    );

  async function ended(): Promise<FlowRunId> {
    const runId = await run();
    const [first, second] = steps(runId);
    await decide(runId, first!);
    const fact = { ...unknown(1), taskRunId: taskRunId(`${runId}-1`) } as never as { outcome: unknown };
    await log.outcome(runId, { ...fact, outcome: { status: 'success', result: 'one' } } as never);
    await decide(runId, second!, { type: 'FlowFailed', error: failure });
    return runId;
  }

  it('starts a new run that begins with what the old one has done', async () => {
    const old = await ended();
    const { runId, flow: name, existing } = await client.restart(old, { actor: other, fromStep: 2 });
    expect({ name, existing }).toEqual({ name: 'greet', existing: false });
    const { events } = await log.readRun(runId);
    expect(events[0]!.event).toMatchObject({
      type: 'StartRequested',
      flow: 'greet',
      input: { value: 'x' },
      tags: ['t'],
      actor: { userId: 'someone', channel: 'cli' },
      root: old,
      fork: {
        from: old,
        by: other,
        step: 2,
        results: [{ step: 1, name: 'task_1', key: 'k', nth: 1, value: 'one' }],
      },
    });
    expect(await client.describe(runId)).toMatchObject({
      standing: 'pending',
      restartedFrom: { runId: old, step: 2, kept: 1 },
    });
    await decide(runId, { ...flowStarted }, { type: 'FlowFailed', error: failure });
    const again = await client.restart(runId, by);
    expect((await log.readRun(again.runId)).events[0]!.event).toMatchObject({
      root: old,
      fork: { from: runId, results: [{ name: 'task_1' }] },
    });
  });

  it('takes another input, checked as at a start', async () => {
    const old = await ended();
    const { runId } = await client.restart(old, { ...by, input: { value: 'y' } });
    expect((await log.readRun(runId)).events[0]!.event).toMatchObject({ input: { value: 'y' } });
    await expect(client.restart(old, { ...by, input: { valeu: 'y' } })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'valeu' }],
    });
  });

  it('with one key is one run, and nothing else', async () => {
    const old = await ended();
    const keyed = { ...by, idempotencyKey: `again ${old}`, fromStep: 2 };
    const { runId } = await client.restart(old, keyed);
    expect(await client.restart(old, keyed)).toMatchObject({ runId, existing: true });
    await expect(client.restart(old, { ...keyed, fromStep: 1 })).rejects.toEqual(
      refusal('flow/idempotency-conflict', 'from another run or step'),
    );
  });

  it('and a start are refused with an empty key', async () => {
    const old = await ended();
    const empty = refusal('flow/invalid-input', 'the idempotency key is empty');
    await expect(client.restart(old, { ...by, idempotencyKey: '' })).rejects.toEqual(empty);
    await expect(client.start('greet', { value: 'x' }, { ...by, idempotencyKey: ' ' })).rejects.toEqual(
      empty,
    );
    for (const [verb, of, body] of [
      ['restart', old, '{}'],
      ['start', 'greet', '{"value": "x"}'],
    ] as const)
      expect(await ask(verb, of, body, { 'Idempotency-Key': '' })).toMatchObject({
        error: {
          code: 'flow/invalid-input',
          message: expect.stringContaining('expected a key'),
          fields: [{ field: 'Idempotency-Key' }],
        },
      });
  });

  it('needs a run that has ended, and a step that there is', async () => {
    const going = await run();
    await expect(client.restart(going, by)).rejects.toEqual(
      refusal('flow/still-running', 'it is running: cancel it before it is restarted'),
    );
    const continued = await run({ type: 'FlowContinued', nextRunId: going, input: {}, fedSeq: streamSeq(2) });
    await expect(client.restart(continued, by)).rejects.toEqual(refusal('flow/still-running', going));
    await expect(client.restart(await ended(), { ...by, fromStep: 3 })).rejects.toEqual(
      refusal('flow/unknown-step', 'has no step 3; it has taken 2'),
    );
  });
});

describe('the view and the result of a run', () => {
  it('are the same by message and by the log', async () => {
    const runId = await run(approvalAsked(1, 'send'));
    expect(await ask('describe', runId)).toEqual(JSON.parse(JSON.stringify(await client.describe(runId))));
  });

  it('come when the run ends', async () => {
    const runId = await run();
    const waiting = client.result(runId);
    await decide(runId, { type: 'FlowCompleted', result: { a: 1 } });
    expect(await waiting).toEqual({ runId, status: 'completed', result: { a: 1 } });
  });

  it('that are too large for a message are refused with a sentence', async () => {
    const runId = await run({ type: 'FlowCompleted', result: 'x'.repeat(log.connection.info!.max_payload) });
    expect(Object.keys(await ask('describe', runId))).toEqual(['error']);
    expect(await ask('describe', runId)).toMatchObject({ error: { code: 'flow/answer-too-large' } });
    expect(await client.result(runId)).toMatchObject({ status: 'completed' });
  });
});

describe('the state of a flow', () => {
  it('is read, set, listed and reset for each user', async () => {
    expect(await client.getState('greet', 'mark', by)).toEqual({ name: 'mark', found: false });
    expect(await client.setState('hail', 'mark', { at: 3 }, by)).toMatchObject({ found: true, runId: null });
    expect(await client.getState('greet', 'mark', by)).toMatchObject({ value: { at: 3 } });
    expect(await client.getState('greet', 'mark', { actor: other })).toMatchObject({ found: false });
    expect(await client.listStates('greet', by)).toMatchObject([{ name: 'mark', value: { at: 3 } }]);
    await client.resetState('greet', 'mark', by);
    expect(await client.listStates('greet', by)).toEqual([]);
  });

  it('is set to null only where that is said', async () => {
    expect(await ask('set-state', 'greet', '{"name": "none"}')).toMatchObject({
      error: { code: 'flow/invalid-input', fields: [{ field: 'value' }] },
    });
    expect(await ask('set-state', 'greet', '{"name": "none", "value": null}')).toMatchObject({
      found: true,
      value: null,
    });
  });

  it('needs a flow and a name', async () => {
    await expect(client.getState('nobody', 'mark', by)).rejects.toEqual(refusal('flow/unknown', 'greet'));
    await expect(client.getState('no body', 'mark', by)).rejects.toEqual(refusal('flow/unknown'));
    await expect(client.setState('greet', '', 1, by)).rejects.toEqual(refusal('flow/invalid-input', 'name'));
  });
});
