import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Inject, Injectable } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Min } from 'class-validator';
import { FlowClient, flow, task } from '#libs/flows';
import {
  defineOperation,
  Operation,
  RetryableError,
  TerminalError,
  type OperationRun,
} from '#libs/operations';
import { connectRunLog, flowRunId } from '#libs/run-log';
import { ownNats, testNats } from '#libs/testing';
import { Orchestrator } from './index.js';

class Name {
  @IsString() name: string;
  @IsOptional() @IsInt() @Min(0) failures?: number;
}
class Greeting {
  @IsString() text: string;
}
class Nothing {}

const operation = (name: string, service: string) =>
  defineOperation({
    name,
    service,
    category: 'greetings',
    stage: 'transform',
    description: 'Says something to somebody',
    input: Name,
    output: Greeting,
  });
const SayHello = operation('say_hello', 'hello');
const SayBye = operation('say_bye', 'hello');
const Shout = operation('shout', 'loud');

@Controller()
class Hello {
  @Operation(SayHello)
  hello({ name, failures = 0 }: Name, run: OperationRun): Greeting {
    if (run.attempt <= failures) throw new RetryableError('hello/hoarse', 'no voice');
    if (name === '') throw new TerminalError('hello/nobody', 'nobody is there');
    return { text: `Hello, ${name}, from ${run.actor.userId}` };
  }
}

@Controller()
class Bye {
  @Operation(SayBye)
  bye({ name }: Name): Greeting {
    return { text: `Bye, ${name}` };
  }
}

@Injectable()
class Voice {
  loud = (text: string): string => text.toUpperCase();
}

@Controller()
class Loud {
  constructor(@Inject(Voice) private readonly voice: Voice) {}

  @Operation(Shout)
  shout({ name }: Name): Greeting {
    return { text: this.voice.loud(name) };
  }
}

const hello = task({ name: 'hello', retries: 1 }, SayHello);
const greet = flow(
  { name: 'greet', description: 'Greets somebody, loudly', input: Name },
  async ({ name, failures = 0 }, ctx) => {
    const { text } = await ctx.task(hello, { name, failures });
    return (await ctx.task(Shout, { name: text })).text;
  },
);
const wait = flow({ name: 'wait', description: 'Waits for a word', input: Nothing }, (_, ctx) =>
  ctx.signal<string>('word'),
);

const parts = {
  flows: [greet, wait],
  tasks: [hello],
  services: [Hello, Bye, { controllers: [Loud], providers: [Voice] }],
};

describe('an orchestrator in a program of one’s own', () => {
  const { url: natsUrl } = testNats();
  const orchestrator = new Orchestrator({ ...parts, natsUrl });

  beforeAll(() => orchestrator.start());
  afterAll(() => orchestrator.stop());

  it('runs a flow over the services beside it, and gives its result', async () => {
    expect(await orchestrator.run(greet, { name: 'Ada' })).toBe('HELLO, ADA, FROM LOCAL');
  });

  it('runs a flow by its name, on behalf of somebody, and a task by itself', async () => {
    const actor = { userId: 'ann' };
    expect(await orchestrator.run('greet', { name: 'Ada' }, { actor })).toBe('HELLO, ADA, FROM ANN');
    expect(await orchestrator.run('task_hello', { name: 'Ada' })).toEqual({ text: 'Hello, Ada, from local' });
  });

  it('calls an operation, with classes of one service hosted together', async () => {
    expect(await orchestrator.call(SayBye, { name: 'Ada' })).toEqual({ text: 'Bye, Ada' });
    expect(await orchestrator.call(SayHello, { name: 'Ada' })).toEqual({ text: 'Hello, Ada, from local' });
  });

  it('changes nothing when it is started again', async () => {
    expect(await orchestrator.start()).toBe(orchestrator);
    expect(await Promise.all([orchestrator.start(), orchestrator.start()])).toEqual([
      orchestrator,
      orchestrator,
    ]);
    expect(await orchestrator.run(greet, { name: 'Bo' })).toBe('HELLO, BO, FROM LOCAL');
  });

  it('starts one run for one key', async () => {
    const idempotencyKey = 'once';
    const first = await orchestrator.submit(greet, { name: 'Ada' }, { idempotencyKey });
    expect(await orchestrator.submit('greet', { name: 'Ada' }, { idempotencyKey })).toBe(first);
    expect(await orchestrator.result(first)).toBe('HELLO, ADA, FROM LOCAL');
  });

  it('says what a run failed with', async () => {
    await expect(orchestrator.run(greet, { name: '' })).rejects.toMatchObject({
      code: 'flow/run-failed',
      disposition: 'terminal',
      status: 'failed',
      message: expect.stringMatching(/^run \S+ failed: .*nobody is there/),
      record: { code: 'hello/nobody' },
    });
    expect(await orchestrator.run(greet, { name: 'Ada', failures: 1 })).toBe('HELLO, ADA, FROM LOCAL');
  });

  it('refuses a flow that there is not, and input by its fields, before anything is begun', async () => {
    await expect(orchestrator.run('greeet', {})).rejects.toMatchObject({
      code: 'flow/unknown',
      message: 'flow "greeet" is not known; there are greet, wait, task_hello',
    });
    await expect(orchestrator.run('greet', { name: 7, failures: -1 })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [
        { field: 'name', value: 7 },
        { field: 'failures', value: -1 },
      ],
    });
  });

  it('tells who waits for a run that was cancelled', async () => {
    const runId = await orchestrator.submit(wait);
    const waiting = orchestrator.result(runId);
    const client = await orchestrator.client();
    await client.cancel(runId, { actor: { userId: 'local', channel: 'api' }, reason: 'enough' });
    await expect(waiting).rejects.toMatchObject({
      code: 'flow/run-cancelled',
      message: `run ${runId} was cancelled: enough`,
    });
  });

  it('no longer waits when it is told so, and lets the run go on', async () => {
    const given = new AbortController();
    const runId = await orchestrator.submit(wait);
    const waiting = orchestrator.result(runId, { signal: given.signal });
    given.abort(new Error('I have to go'));
    await expect(waiting).rejects.toThrow('I have to go');
    const client = await orchestrator.client();
    await client.signal(runId, 'word', 'late', { actor: { userId: 'local', channel: 'api' } });
    expect(await orchestrator.result(runId)).toBe('late');
  });
});

describe('an orchestrator that stops', () => {
  it('leaves its runs to the next start, and says so to whoever waits', async () => {
    const { url: natsUrl } = testNats();
    const orchestrator = new Orchestrator({ ...parts, natsUrl });
    await orchestrator.start();
    const runId = await orchestrator.submit(wait);
    const waiting = orchestrator.result(runId);
    waiting.catch(() => undefined);
    await Promise.all([orchestrator.stop(), orchestrator.stop()]);
    await expect(waiting).rejects.toMatchObject({
      code: 'orchestrator/stopped',
      disposition: 'retry',
      message: expect.stringContaining(runId),
    });
    await orchestrator.stop();

    const log = await connectRunLog({ servers: natsUrl, name: 'spec' });
    const outside = new FlowClient(log.connection, log);
    try {
      await orchestrator.start();
      await outside.signal(runId, 'word', 'still here', { actor: { userId: 'local', channel: 'api' } });
      expect(await orchestrator.result(runId)).toBe('still here');
    } finally {
      await orchestrator.stop();
      await log.close();
    }
  });

  it('refuses what is asked of it before its start and after its end', async () => {
    const orchestrator = new Orchestrator({ ...parts, natsUrl: testNats().url });
    const refusal = (asked: string) => ({
      code: 'orchestrator/not-started',
      message: `${asked}: the orchestrator is not running; await start() first`,
    });
    await expect(orchestrator.run(greet, { name: 'Ada' })).rejects.toMatchObject(
      refusal('flow greet is not begun'),
    );
    await orchestrator.stop();
    await orchestrator.start();
    await orchestrator.stop();
    await expect(orchestrator.call(SayHello, { name: 'Ada' })).rejects.toMatchObject(
      refusal('operation say_hello is not called'),
    );
    await expect(orchestrator.result(flowRunId('run-1'))).rejects.toMatchObject(
      refusal('run run-1 is not awaited'),
    );
    await expect(orchestrator.client()).rejects.toMatchObject(refusal('there is no client'));
  });
});

describe('an orchestrator that cannot start', () => {
  it('says why, and starts once the broker is there', async () => {
    const broker = await ownNats();
    try {
      await broker.pause();
      const orchestrator = new Orchestrator({ ...parts, natsUrl: broker.url, unavailableAfterMs: 100 });
      await expect(orchestrator.start()).rejects.toMatchObject({ code: 'run-log/unavailable' });
      await expect(orchestrator.submit(wait)).rejects.toMatchObject({ code: 'orchestrator/not-started' });
      await broker.restart();
      const patient = new Orchestrator({ ...parts, natsUrl: broker.url });
      await patient.start();
      expect(await patient.run(greet, { name: 'Ada' })).toBe('HELLO, ADA, FROM LOCAL');
      await patient.stop();
    } finally {
      await broker.stop();
    }
  });

  it('closes what had started when a service does not', async () => {
    const broken = { contracts: [SayHello, SayBye], controllers: [Hello] };
    const orchestrator = new Orchestrator({ flows: [wait], services: [broken], natsUrl: testNats().url });
    await expect(orchestrator.start()).rejects.toMatchObject({
      code: 'operation/handler-mismatch',
      message: expect.stringContaining('say_bye has no handler'),
    });
    await orchestrator.stop();
  });

  it('refuses two flows of one name, and a class that hosts nothing', () => {
    expect(() => new Orchestrator({ flows: [wait, { ...wait }] })).toThrow(
      'two flows are named wait version 1',
    );
    expect(() => new Orchestrator({ flows: [], services: [Voice] })).toThrow(
      'Voice: no method carries @Operation, and no contracts are named',
    );
  });
});
