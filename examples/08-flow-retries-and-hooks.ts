// A flow as a whole: tries, time-out, hooks. See docs/guides/flows.md#retries-of-the-flow.
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow, type FlowHooks } from '#libs/flows';
import { defineOperation, Operation } from '#libs/operations';
import { runExample } from './support/index.js';

class Words {
  @IsString() words: string;
}

const Say = defineOperation({
  name: 'say',
  service: 'example_hooks',
  category: 'examples',
  stage: 'act',
  description: 'Says something',
  input: Words,
  output: Words,
});

@Controller()
class Speaker {
  @Operation(Say)
  say({ words }: Words): Words {
    console.log(`  ${words}`);
    return { words };
  }
}

/** Called when the flow's code has come to an end, before the end is written. */
const hooks: FlowHooks = {
  onSuccess: async (ctx, { result }) => void (await ctx.task(Say, { words: `went well: ${String(result)}` })),
  onFailure: async (ctx, { error }) => void (await ctx.task(Say, { words: `went wrong: ${error.code}` })),
  onCancel: async (ctx, { reason }) => void (await ctx.task(Say, { words: `was cancelled: ${reason}` })),
};

class NoInput {}

const triesTwice = flow(
  { name: 'example_tries_twice', description: 'Goes wrong once', input: NoInput, retries: 1, ...hooks },
  async (_input, ctx) => {
    await ctx.task(Say, { words: 'this is said once, for it went well' });
    await ctx.task(Say, { words: `try ${ctx.attempt} of the flow` });
    if (ctx.attempt === 1) throw new Error('not yet');
    return `after try ${ctx.attempt}`;
  },
);

const waitsInVain = flow(
  { name: 'example_waits', description: 'Waits in vain', input: NoInput, timeoutSeconds: 0.3, ...hooks },
  (_input, ctx) => ctx.signal<string>('never'),
);

const waitsForEver = flow(
  { name: 'example_waits_for_ever', description: 'Waits until it is cancelled', input: NoInput, ...hooks },
  (_input, ctx) => ctx.signal<string>('never'),
);

const service = { contracts: [Say], controller: Speaker };
const flows = [triesTwice, waitsInVain, waitsForEver];
await runExample({ service, flows }, async ({ client, me }) => {
  const start = async ({ contract }: (typeof flows)[number]) => {
    console.log(contract.name);
    return (await client.start(contract.name, {}, { actor: me })).runId;
  };

  console.log(`  ${(await client.result(await start(triesTwice))).status}`);
  console.log(`  ${(await client.result(await start(waitsInVain))).status}`);

  const runId = await start(waitsForEver);
  await client.cancel(runId, { actor: me, reason: 'no more time' });
  console.log(`  ${(await client.result(runId)).status}`);
});

/* It prints:

example_tries_twice
  this is said once, for it went well
  try 1 of the flow
  try 2 of the flow
  went well: after try 2
  completed
example_waits
  went wrong: flow/timeout
  failed
example_waits_for_ever
  was cancelled: no more time
  cancelled

*/
