import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { connectRunLog, flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { DecisionEvent, FlowRunId, JetStreamRunLog, RunEvent, TaskScheduled } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { Operation, defineOperation, startService } from './index.js';
import type { OperationContract, OperationRun, RunningService } from './index.js';
import { SilentLogger } from './testing/silent-logger.js';

Logger.overrideLogger(false);

class WorkInput {
  @IsInt() load: number;
}
class WorkOutput {
  @IsInt() done: number;
}
const described = {
  service: 'mill',
  category: 'milling',
  stage: 'act',
  description: 'Mills',
  input: WorkInput,
  output: WorkOutput,
} as const;
const Grind = defineOperation({ ...described, name: 'grind' });
const GrindOnce = defineOperation({ ...described, name: 'grind_once', execution: 'at-most-once' });

/** What the handlers do, as each test sets it; and who was begun. */
let onGrind: (input: WorkInput, run: OperationRun) => unknown;

@Controller()
class MillController {
  @Operation(Grind) grind(input: WorkInput, run: OperationRun) {
    return onGrind(input, run);
  }
  @Operation(GrindOnce) once(input: WorkInput, run: OperationRun) {
    return onGrind(input, run);
  }
}
class MillModule {}

const nats = testNats().url;
let log: JetStreamRunLog;
const mills: RunningService[] = [];

async function startMill(details: { graceMs?: number; ackWaitMs?: number; deliveryLimit?: number } = {}) {
  const mill = await startService({
    service: 'mill',
    module: { module: MillModule, controllers: [MillController] },
    contracts: [Grind, GrindOnce],
    nats,
    logger: new SilentLogger(),
    stopGraceMs: 50,
    ...details,
  });
  mills.push(mill);
  return mill;
}

beforeAll(async () => {
  log = await connectRunLog({ servers: nats, name: 'orchestrator' });
});
beforeEachReset();
afterEach(async () => {
  for (const mill of mills.splice(0)) await mill.close();
});
afterAll(() => log.close());

function beforeEachReset(): void {
  onGrind = ({ load }) => ({ done: load });
}

let runs = 0;
async function schedule(contract: OperationContract, details: Partial<TaskScheduled> = {}) {
  const runId = flowRunId(`run-${++runs}`);
  const task: TaskScheduled = {
    type: 'TaskScheduled',
    step: 1,
    task: contract.name,
    attempt: 1,
    lane: 'normal',
    execution: contract.execution,
    reuseKey: 'key',
    taskRunId: taskRunId(`task-${runs}`),
    service: contract.service,
    operation: contract.name,
    contractVersion: contract.version,
    input: { load: runs },
    actor: { userId: 'anna', channel: 'flow' },
    flags: {},
    tags: [],
    idempotencyKey: `key-${runs}`,
    createTaskrun: true,
    timeoutMs: millis(30_000),
    ...details,
  };
  const last = await log.decide(runId, streamSeq(0), [task]);
  return { runId, task, last };
}

/** Resolves with the first event of a run that fits. */
async function heardOf<E extends RunEvent['type']>(runId: FlowRunId, type: E) {
  type Heard = Extract<RunEvent, { type: E }>;
  let tell: (event: Heard) => void = () => undefined;
  const heard = new Promise<Heard>((resolve) => (tell = resolve));
  const viewer = await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, ({ event }) => {
    if (event.type === type) tell(event as Heard);
  });
  const event = await heard;
  await viewer.close();
  return event;
}

function gate<T = void>() {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a task out of the log', () => {
  it.each(['normal', 'urgent'] as const)('is run from the %s lane with the ids of its run', async (lane) => {
    let seen: Partial<OperationRun> = {};
    onGrind = ({ load }, run) => {
      seen = run;
      return { done: load };
    };
    await startMill();
    const { runId, task } = await schedule(Grind, { lane });
    expect(await heardOf(runId, 'TaskFinished')).toMatchObject({
      taskRunId: task.taskRunId,
      attempt: 1,
      deliveries: 1,
      outcome: { status: 'success', result: { done: runs } },
    });
    expect(seen).toMatchObject({ flowRunId: runId, idempotencyKey: task.idempotencyKey, actor: task.actor });
  });

  it('waits in the log until a service comes', async () => {
    const { runId } = await schedule(Grind);
    await startMill();
    expect((await heardOf(runId, 'TaskFinished')).outcome.status).toBe('success');
  });

  it('goes through a thousand of them', async () => {
    await startMill();
    const many = await Promise.all(Array.from({ length: 1_000 }, () => schedule(Grind)));
    const last = await Promise.all(many.slice(-5).map(({ runId }) => heardOf(runId, 'TaskFinished')));
    expect(last.every(({ outcome }) => outcome.status === 'success')).toBe(true);
  });
});

describe('a cancel', () => {
  const cancel = (task: TaskScheduled): DecisionEvent => ({
    type: 'TasksCancelled',
    taskRunIds: [task.taskRunId],
    reason: 'enough',
  });

  it('stops a task that runs', async () => {
    const begun = gate();
    onGrind = (_input, run) =>
      new Promise((_resolve, reject) => {
        run.signal.addEventListener('abort', () => reject(run.signal.reason as Error));
        begun.open();
      });
    await startMill();
    const { runId, task, last } = await schedule(Grind);
    await begun.opened;
    await log.decide(runId, last, [cancel(task)]);
    expect((await heardOf(runId, 'TaskFinished')).outcome).toEqual({ status: 'cancelled', reason: 'enough' });
  });

  it('reaches a task that was queued while no service ran', async () => {
    let begun = 0;
    onGrind = ({ load }) => {
      begun += 1;
      return { done: load };
    };
    const { runId, task, last } = await schedule(Grind);
    await log.decide(runId, last, [cancel(task)]);
    await startMill();
    expect((await heardOf(runId, 'TaskFinished')).outcome.status).toBe('cancelled');
    expect(begun).toBe(0);
  });
});

describe('when a service stops', () => {
  it('finishes what is in hand, and takes nothing new', async () => {
    const begun = gate();
    const finish = gate();
    onGrind = async ({ load }) => {
      begun.open();
      await finish.opened;
      return { done: load };
    };
    const mill = await startMill();
    const { runId } = await schedule(Grind);
    await begun.opened;
    const closing = mill.close();
    finish.open();
    await closing;
    expect((await log.readRun(runId)).events.at(-1)?.event).toMatchObject({
      type: 'TaskFinished',
      outcome: { status: 'success' },
    });
  });

  it('hands back what it cannot finish, and another takes it at once', async () => {
    const begun = gate();
    onGrind = (_input, run) =>
      new Promise((_resolve, reject) => {
        run.signal.addEventListener('abort', () => reject(run.signal.reason as Error));
        begun.open();
      });
    const first = await startMill({ graceMs: 50 });
    const { runId } = await schedule(Grind);
    await begun.opened;
    await first.close();
    beforeEachReset();
    await startMill();
    expect(await heardOf(runId, 'TaskFinished')).toMatchObject({
      deliveries: 2,
      outcome: { status: 'success' },
    });
  });

  it('answers direct calls that are in hand before it goes', async () => {
    const begun = gate();
    const finish = gate();
    onGrind = async ({ load }) => {
      begun.open();
      await finish.opened;
      return { done: load };
    };
    const mill = await startMill();
    const reply = log.connection.request('operation.mill.grind', '{"input":{"load":7}}', { timeout: 10_000 });
    await begun.opened;
    const closing = mill.close();
    finish.open();
    expect((await reply).json()).toMatchObject({ outcome: { status: 'success', result: { done: 7 } } });
    await closing;
  });
});

describe('a task that was handed out before', () => {
  it('is acked and not run when its outcome is stored already', async () => {
    const begun: number[] = [];
    onGrind = ({ load }) => {
      begun.push(load);
      return { done: load };
    };
    const { runId, task } = await schedule(Grind);
    await log.outcome(runId, {
      type: 'TaskFinished',
      taskRunId: task.taskRunId,
      attempt: 1,
      operation: 'grind',
      startedAt: millis(1),
      finishedAt: millis(2),
      deliveries: 1,
      by: 'another mill',
      outcome: { status: 'success', result: { done: 0 } },
    });
    await startMill();
    const { runId: next } = await schedule(Grind);
    await heardOf(next, 'TaskFinished');
    expect(begun).toEqual([runs]);
  });

  it('is not run again behind the claim of a process that died, if it may run only once', async () => {
    const { runId, task } = await schedule(GrindOnce);
    await log.claim(runId, {
      type: 'TaskClaimed',
      taskRunId: task.taskRunId,
      attempt: 1,
      holder: 'a mill that died',
      nonce: 'n1',
    });
    await startMill({ ackWaitMs: 300 });
    expect((await heardOf(runId, 'TaskFinished')).outcome).toMatchObject({
      status: 'failed',
      error: { code: 'operation/ambiguous', disposition: 'halt' },
    });
  });

  it('becomes a dead letter past the limit', async () => {
    const begun = gate();
    onGrind = (_input, run) =>
      new Promise((_resolve, reject) => {
        run.signal.addEventListener('abort', () => reject(run.signal.reason as Error));
        begun.open();
      });
    const first = await startMill({ graceMs: 10 });
    const { runId, task } = await schedule(Grind);
    await begun.opened;
    await first.close();
    await startMill({ deliveryLimit: 1 });
    expect((await heardOf(runId, 'TaskFinished')).outcome).toMatchObject({
      error: { code: 'operation/delivery-exhausted' },
    });
    const letters: unknown[] = [];
    const letter = gate();
    const viewer = await log.watch('CALLS', { fromSeq: streamSeq(1) }, ({ event }) => {
      if (event.type !== 'DeadLettered') return;
      letters.push(event);
      letter.open();
    });
    await letter.opened;
    await viewer.close();
    expect(letters).toMatchObject([{ runId, taskRunId: task.taskRunId, attempt: 1, deliveries: 2 }]);
  });
});
