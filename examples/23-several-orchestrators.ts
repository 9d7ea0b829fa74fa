// Sharing the work, and taking over. See docs/guides/several-orchestrators.md.
import { setTimeout as delay } from 'node:timers/promises';
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class NoInput {}

const patient = flow(
  { name: 'example_patient', description: 'Waits for a word', input: NoInput },
  (_input, ctx) => ctx.signal<string>('word'),
);

await runExample({ flows: [patient] }, async ({ client, first, anotherOrchestrator, me }) => {
  const shares = async (...wanted: readonly [() => number, number][]): Promise<void> => {
    while (wanted.some(([share, count]) => share() !== count)) await delay(20);
    console.log(`shares: ${wanted.map(([share]) => share()).join(' and ')} of 16`);
  };
  await shares([first.partitions, 16]);

  const runs = await Promise.all([1, 2, 3, 4].map(() => client.start('example_patient', {}, { actor: me })));
  const second = await anotherOrchestrator();
  await shares([first.partitions, 8], [second.partitions, 8]);

  await first.close();
  await shares([second.partitions, 16]);
  for (const { runId } of runs) await client.signal(runId, 'word', 'hello', { actor: me });
  const ends = await Promise.all(runs.map(({ runId }) => client.result(runId)));
  console.log(ends.map(({ status }) => status).join(', '));
});

/* It prints:

shares: 16 of 16
shares: 8 and 8 of 16
shares: 16 of 16
completed, completed, completed, completed

*/
