// Letting a run stand still, and ending it. See docs/guides/steering.md.
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { defineOperation, Operation, type OperationRun } from '#libs/operations';
import { reached, runExample } from './support/index.js';

class Words {
  @IsString() words: string;
}

const Work = defineOperation({
  name: 'work',
  service: 'example_steering',
  category: 'examples',
  stage: 'act',
  description: 'Works until it is told to stop, or just says something',
  input: Words,
  output: Words,
});

let tellDigging: () => void = () => undefined;
const digging = new Promise<void>((resolve) => (tellDigging = resolve));

@Controller()
class Worker {
  @Operation(Work)
  async work({ words }: Words, run: OperationRun): Promise<Words> {
    console.log(`  ${words}`);
    if (words !== 'dig') return { words };
    tellDigging();
    await new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
    console.log(`  told to stop: ${(run.signal.reason as Error).message}`);
    throw run.signal.reason;
  }
}

class NoInput {}

const build = flow(
  { name: 'example_build', description: 'Waits, and then digs', input: NoInput, cleanUpSeconds: 30 },
  async (_input, ctx) => {
    await ctx.signal('go');
    try {
      await ctx.task(Work, { words: 'dig' });
    } finally {
      // After a cancel every call is refused, but for those of the shielded context.
      await ctx.shielded.task(Work, { words: 'fill the hole' });
    }
  },
);

const wait = flow(
  { name: 'example_wait', description: 'Takes its time to clean up', input: NoInput },
  async (_input, ctx) => {
    try {
      await ctx.signal('never');
    } finally {
      await ctx.shielded.signal('swept');
    }
  },
);

const service = { contracts: [Work], controller: Worker };
await runExample({ service, flows: [build, wait] }, async ({ client, log, me }) => {
  const by = { actor: me };
  const { runId } = await client.start('example_build', {}, by);
  await client.pause(runId, { ...by, reason: 'lunch' });
  await reached(log, runId, 'RunPaused');
  await client.signal(runId, 'go', null, by); // kept, and heard when the run goes on
  console.log(`the run is ${(await client.describe(runId)).standing}`);
  await client.pause(runId, by).catch((error: { code: string }) => console.log(`again: ${error.code}`));

  await client.resume(runId, by);
  await digging;
  await client.cancel(runId, { ...by, reason: 'rain' });
  console.log(await client.result(runId).then(({ status }) => `the run is ${status}`));

  const second = await client.start('example_wait', {}, by);
  await client.cancel(second.runId, by);
  await reached(log, second.runId, 'FlowCancelling');
  console.log(`the run is ${(await client.describe(second.runId)).standing}`);
  await client.cancel(second.runId, by); // said again it is meant: no more cleaning up
  console.log(await client.result(second.runId).then(({ status }) => `the run is ${status}`));
});

/* It prints:

the run is paused
again: flow/already-paused
  dig
  told to stop: cancelled: the run was cancelled: rain
  fill the hole
the run is cancelled
the run is cancelling
the run is cancelled

*/
