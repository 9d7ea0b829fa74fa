// Flows that run other flows. See docs/guides/child-flows.md.
import { IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import { reached, runExample } from './support/index.js';

class RoomInput {
  @IsString() room: string;
}

const clean = flow(
  { name: 'example_clean_room', description: 'Cleans one room', input: RoomInput },
  async ({ room }, ctx) => {
    if (room === 'cellar') throw new Error('the cellar is locked');
    if (room === 'attic') await ctx.signal('never');
    return `${room} is clean`;
  },
);

class NoInput {}

const cleanHouse = flow(
  { name: 'example_clean_house', description: 'Cleans a house', input: NoInput },
  async (_input, ctx) => {
    const [kitchen, cellar] = await Promise.all([
      ctx.flow(clean, { room: 'kitchen' }),
      ctx
        .flow(clean, { room: 'cellar' })
        .catch((error: Error) => error.message.replace(/run \S+\)/, 'run …)')),
    ]);
    // Goes on by itself, whatever becomes of this run.
    const { runId } = await ctx.startFlow(clean, { room: 'garden' });
    return { kitchen, cellar, garden: runId };
  },
);

const cleanAttic = flow(
  { name: 'example_clean_attic', description: 'Cleans what is never clean', input: NoInput },
  (_input, ctx) => ctx.flow(clean, { room: 'attic' }),
);

await runExample({ flows: [clean, cleanHouse, cleanAttic] }, async ({ client, log, me }) => {
  const house = await client.start('example_clean_house', {}, { actor: me });
  const end = await client.result(house.runId);
  if (end.status !== 'completed') throw new Error(`the run has ${end.status}`);
  const { kitchen, cellar, garden } = end.result as Readonly<Record<string, string>>;
  console.log(kitchen);
  console.log(cellar);
  // It is started once the decision of its parent is stored; this parent may have ended before.
  await reached(log, flowRunId(garden!), 'StartRequested');
  const alone = await client.result(flowRunId(garden!));
  console.log(alone.status === 'completed' ? alone.result : alone);

  const attic = await client.start('example_clean_attic', {}, { actor: me });
  const { childRunId } = await reached(log, attic.runId, 'ChildScheduled');
  await reached(log, childRunId, 'SignalAwaited');
  await client.cancel(attic.runId, { actor: me });
  console.log(`the parent is ${(await client.result(attic.runId)).status}`);
  console.log(`its child is ${(await client.result(childRunId)).status}`);
});

/* It prints:

kitchen is clean
child flow example_clean_room (run …) failed: the cellar is locked
garden is clean
the parent is cancelled
its child is cancelled

*/
