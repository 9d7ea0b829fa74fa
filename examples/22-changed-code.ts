// A run whose code has changed under it, and how it goes on. See docs/guides/versions.md#changed-code.
import { Controller } from '@nestjs/common';
import { flow, task, type FlowContext } from '#libs/flows';
import { defineOperation, Operation } from '#libs/operations';
import { reached, runExample } from './support/index.js';

class Nothing {}

const Tick = defineOperation({
  name: 'tick',
  service: 'example_changed',
  category: 'examples',
  stage: 'act',
  description: 'Does a small thing',
  input: Nothing,
  output: Nothing,
});

@Controller()
class Clock {
  @Operation(Tick)
  tick(): Nothing {
    return {};
  }
}

const step = (ctx: FlowContext, name: string) => ctx.task(task({ name }, Tick), {});
const defined = (run: (ctx: FlowContext) => Promise<unknown>) =>
  flow(
    { name: 'example_changed', description: 'Does small things in order', input: Nothing },
    (_input, ctx) => run(ctx),
  );

const written = defined(async (ctx) => {
  await step(ctx, 'wash');
  await step(ctx, 'dry');
  await ctx.signal('go on');
  return 'done';
});

/** The same version, but what comes second is another task. */
const changed = defined(async (ctx) => {
  await step(ctx, 'wash');
  await step(ctx, 'iron');
  await step(ctx, 'dry');
  await ctx.signal('go on');
  return 'done';
});

const service = { contracts: [Tick], controller: Clock };
await runExample({ service, flows: [written] }, async ({ client, log, me, redeploy }) => {
  const { runId } = await client.start('example_changed', {}, { actor: me });
  await reached(log, runId, 'SignalAwaited');

  await redeploy([changed]);
  await client.signal(runId, 'go on', null, { actor: me });
  const halt = await client.result(runId, { orHalted: true });
  if (halt.status !== 'halted') throw new Error(`the run has ${halt.status}`);
  console.log(`${halt.status}: ${halt.error.code}`);
  console.log(halt.error.traceback);

  await redeploy([written]);
  await client.resume(runId, { actor: me });
  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end);
});

/* It prints:

halted: flow/non-determinism
    1  the start of example_changed version 1
    2  task wash (operation example_changed.tick, step 1, attempt 1)
  - 3  task dry (operation example_changed.tick, step 2, attempt 1)   (in the log)
  + 3  task iron (operation example_changed.tick, step 2, attempt 1)   (asked for by the code)
    4  the wait for signal go on (step 3)   (in the log)
done

*/
