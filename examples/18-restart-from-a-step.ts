// Doing a run again, but not all of it. See docs/guides/steering.md#restart.
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { defineOperation, Operation, TerminalError, type OperationRun } from '#libs/operations';
import { runExample } from './support/index.js';

class StageInput {
  @IsString() stage: string;
}
class Stage {
  @IsString() stage: string;
}

const DoStage = defineOperation({
  name: 'do_stage',
  service: 'example_restart',
  category: 'examples',
  stage: 'transform',
  description: 'Does one stage of some work',
  input: StageInput,
  output: Stage,
});

let disk = 'full';
const keys = new Map<string, string>();

@Controller()
class Stages {
  @Operation(DoStage)
  doStage({ stage }: StageInput, run: OperationRun): Stage {
    const before = keys.get(stage);
    const known =
      before === undefined
        ? ''
        : before === run.idempotencyKey
          ? ', under the same key'
          : ', under another key';
    keys.set(stage, run.idempotencyKey);
    console.log(`  ${stage}${known}`);
    if (stage === 'save' && disk === 'full') throw new TerminalError('disk/full', 'the disk is full');
    return { stage };
  }
}

class NoInput {}

const work = flow(
  { name: 'example_stages', description: 'Loads, sorts and saves', input: NoInput },
  async (_input, ctx) => {
    for (const stage of ['load', 'sort', 'save']) await ctx.task(DoStage, { stage });
    return 'saved';
  },
);

const service = { contracts: [DoStage], controller: Stages };
await runExample({ service, flows: [work] }, async ({ client, me }) => {
  const by = { actor: me };
  const { runId } = await client.start('example_stages', {}, by);
  const failed = await client.result(runId);
  console.log(failed.status === 'failed' ? failed.error.message : failed.status);
  for (const { number, name, state } of (await client.describe(runId)).steps)
    console.log(`step ${number}: ${name} ${state}`);

  disk = 'empty';
  console.log('again, with every success of before:');
  const again = await client.restart(runId, by);
  console.log(`  ${(await client.result(again.runId)).status}`);

  console.log('again, from step 2:');
  const fromSort = await client.restart(runId, { ...by, fromStep: 2 });
  console.log(`  ${(await client.result(fromSort.runId)).status}`);
  const { restartedFrom } = await client.describe(fromSort.runId);
  console.log(`  kept of the old run: ${restartedFrom?.kept} result`);

  await client
    .restart(runId, { ...by, fromStep: 9 })
    .catch((error: { readonly code: string }) => console.log(`from step 9: ${error.code}`));
});

/* It prints:

  load
  sort
  save
task do_stage (step 3) failed after 1 attempt: the disk is full
step 1: do_stage succeeded
step 2: do_stage succeeded
step 3: do_stage failed
again, with every success of before:
  save, under the same key
  completed
again, from step 2:
  sort, under the same key
  save, under the same key
  completed
  kept of the old run: 1 result
from step 9: flow/unknown-step

*/
