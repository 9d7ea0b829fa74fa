// Versions side by side. See docs/guides/versions.md.
import { flow } from '#libs/flows';
import type { FlowRunId } from '#libs/run-log';
import { reached, runExample } from './support/index.js';

class NoInput {}

const about = { name: 'example_greeter', description: 'Greets when it is told to', input: NoInput };

const first = flow({ ...about, version: '1' }, async (_input, ctx) => {
  const name = await ctx.signal<string>('name');
  return `Good day, ${name}`;
});

const second = flow({ ...about, version: '2' }, async (_input, ctx) => {
  const [name, place] = [await ctx.signal<string>('name'), await ctx.signal<string>('place')];
  return `Hello ${name} from ${place}`;
});

await runExample({ flows: [first] }, async ({ client, log, me, redeploy }) => {
  const by = { actor: me };
  const begin = async (): Promise<FlowRunId> => {
    const { runId } = await client.start('example_greeter', {}, by);
    await reached(log, runId, 'SignalAwaited');
    return runId;
  };
  const tell = async (runId: FlowRunId): Promise<void> => {
    await client.signal(runId, 'name', 'Ada', by);
    await client.signal(runId, 'place', 'Bremen', by).catch(() => undefined); // the old one may have ended
  };
  const show = async (runId: FlowRunId): Promise<void> => {
    const end = await client.result(runId);
    const { version } = await client.describe(runId);
    console.log(`version ${version}: ${end.status === 'completed' ? String(end.result) : end.status}`);
  };

  const old = await begin();
  await redeploy([first, second]); // both: old runs finish on theirs, new ones take the greatest
  const fresh = await begin();
  for (const runId of [old, fresh]) await tell(runId);
  for (const runId of [old, fresh]) await show(runId);

  await redeploy([first]);
  const left = await begin();
  await redeploy([second]); // too early: a run of version 1 is still open
  await tell(left);
  await reached(log, left, 'RunParked');
  console.log(`without version 1 the run is ${(await client.describe(left)).standing}`);
  await redeploy([first, second]);
  await show(left);
});

/* It prints:

version 1: Good day, Ada
version 2: Hello Ada from Bremen
without version 1 the run is parked
version 1: Good day, Ada

*/
