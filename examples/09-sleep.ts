// Waiting without a process. See docs/guides/flows.md#sleep.
import { flow } from '#libs/flows';
import { reached, runExample } from './support/index.js';

class NoInput {}

const nap = flow(
  { name: 'example_nap', description: 'Sleeps for a second', input: NoInput },
  async (_input, ctx) => {
    const before = ctx.now();
    await ctx.sleep(1); // up to a year
    // Stream time of what the flow reacts to: the same again when the run is replayed.
    return (ctx.now().getTime() - before.getTime()) / 1_000;
  },
);

await runExample({ flows: [nap] }, async ({ client, log, me, redeploy }) => {
  const { runId } = await client.start('example_nap', {}, { actor: me });
  const { kind, seconds } = await reached(log, runId, 'TimerScheduled');
  console.log(`the broker keeps a timer: ${kind}, ${seconds} s`);

  await redeploy(); // the one that fell asleep is not the one that wakes up
  console.log('another orchestrator runs');

  const end = await client.result(runId);
  console.log(`slept for a second: ${end.status === 'completed' && Number(end.result) >= 1}`);
});

/* It prints:

the broker keeps a timer: sleep, 1 s
another orchestrator runs
slept for a second: true

*/
