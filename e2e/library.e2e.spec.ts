import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { startGateway, type Gateway } from '#apps/gateway';
import { Client } from '#libs/client';
import { Orchestrator } from '#libs/embedded';
import { flow } from '#libs/flows';
import { defineOperation, Operation, TerminalError } from '#libs/operations';
import { testNats } from '#libs/testing';

class Person {
  @IsString() name: string;
}
class Greeting {
  @IsString() text: string;
}

const WriteGreeting = defineOperation({
  name: 'write_greeting',
  service: 'greeter',
  category: 'greetings',
  stage: 'transform',
  description: 'Writes a greeting',
  input: Person,
  output: Greeting,
});

@Controller()
class Greeter {
  @Operation(WriteGreeting)
  write({ name }: Person): Greeting {
    if (name === '') throw new TerminalError('greeter/nobody', 'nobody is there');
    return { text: `Hello, ${name}!` };
  }
}

const greet = flow(
  { name: 'greet', description: 'Greets a person once it is told to', input: Person },
  async (input, ctx) => {
    const { text } = await ctx.task(WriteGreeting, input);
    const { approved, comment = '' } = await ctx.approval('send', { text });
    const word = await ctx.signal<string>('word');
    return approved ? `${text} ${word} ${comment}` : undefined;
  },
);
const counter = flow(
  { name: 'count', description: 'Counts in runs of its own', input: Person },
  async ({ name }, ctx) => (name.length < 3 ? ctx.continueAsNew({ name: `${name}i` }) : name),
);

const natsUrl = testNats().url;
const orchestrator = new Orchestrator({ flows: [greet, counter], services: [Greeter], natsUrl });
let gateway: Gateway;
let client: Client;

beforeAll(async () => {
  await orchestrator.start();
  gateway = await startGateway({ natsUrl, port: 0, auth: { mode: 'off' }, logLevel: 'silent' });
  client = new Client({ url: gateway.url });
});
afterAll(async () => {
  await gateway.close();
  await orchestrator.stop();
});

describe('a program elsewhere, over the gateway', () => {
  it('starts a flow that another program hosts, answers it, and has its result', async () => {
    const run = await client.flow(greet).start({ name: 'Ada' });
    await run.signal('word', 'Welcome.');
    const waiting = run.result();
    await approvedOnceAsked(run.id);
    expect(await waiting).toBe('Hello, Ada! Welcome. fine');
  });

  it('has the result of the last of the runs that go on with one another’s work', async () => {
    expect(await client.flow(counter).run({ name: 'i' })).toBe('iii');
  });

  it('calls an operation', async () => {
    expect(await client.call(WriteGreeting, { name: 'Bo' })).toEqual({ text: 'Hello, Bo!' });
    await expect(client.call(WriteGreeting, { name: '' })).rejects.toMatchObject({ code: 'greeter/nobody' });
  });

  it('is told what a run failed with, and why one is not begun', async () => {
    await expect(client.flow(greet).run({ name: '' })).rejects.toMatchObject({
      code: 'flow/run-failed',
      record: { code: 'greeter/nobody' },
    });
    await expect(client.flow('greet').start({ name: 7 })).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'name', value: 7 }],
    });
    await expect(client.flow('great').start({})).rejects.toMatchObject({ code: 'flow/unknown' });
  });

  it('cancels a run', async () => {
    const run = await client.flow(greet).start({ name: 'Ada' });
    const waiting = run.result();
    await run.cancel('enough');
    await expect(waiting).rejects.toMatchObject({ code: 'flow/run-cancelled', status: 'cancelled' });
  });
});

/** Approves as soon as the run asks. */
async function approvedOnceAsked(id: string): Promise<void> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void (await client.http.stream(`/flow-runs/${id}/events`)).pipeTo(writable).catch(() => undefined);
  let told = '';
  for await (const chunk of readable) {
    told += Buffer.from(chunk).toString();
    if (told.includes('ApprovalRequested')) break;
  }
  await client.run(id).approve('send', { comment: 'fine' });
}
