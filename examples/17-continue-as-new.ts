// Very long work, run by run. See docs/guides/continue-as-new.md.
import { IsArray, IsInt, IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { reached, runExample } from './support/index.js';

class CountInput {
  @IsInt() round: number;
  @IsArray() @IsString({ each: true }) heard: string[];
}

const count = flow(
  { name: 'example_rounds', description: 'Hears one word a round', input: CountInput },
  async ({ round, heard }, ctx) => {
    const words = [...heard, await ctx.signal<string>('word')];
    if (round === 3) return words;
    // This run ends here; the next one has a history of its own, and gets the signals that nobody has taken.
    return ctx.continueAsNew({ round: round + 1, heard: words });
  },
);

await runExample({ flows: [count] }, async ({ client, log, me }) => {
  const { runId } = await client.start('example_rounds', { round: 1, heard: [] }, { actor: me });
  await client.signal(runId, 'word', 'ready', { actor: me });
  const { nextRunId } = await reached(log, runId, 'FlowContinued');
  console.log(`goes on as ${nextRunId.replace(runId, 'the run')}`);

  // Whoever knows the first run only reaches the one that goes on with its work.
  await reached(log, nextRunId, 'SignalAwaited');
  const { runId: where } = await client.signal(runId, 'word', 'steady', { actor: me });
  console.log(`said to ${where.replace(runId, 'the run')}`);
  const last = await reached(log, nextRunId, 'FlowContinued');
  await reached(log, last.nextRunId, 'SignalAwaited');
  await client.signal(runId, 'word', 'go', { actor: me });

  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end, `from ${end.runId.replace(runId, 'the run')}`);
});

/* It prints:

goes on as the run-c2
said to the run-c2
[ 'ready', 'steady', 'go' ] from the run-c3

*/
