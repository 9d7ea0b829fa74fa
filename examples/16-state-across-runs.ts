// A value that outlives runs, such as a watermark. See docs/guides/state.md.
import { IsArray, IsInt } from 'class-validator';
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class NumbersInput {
  @IsArray()
  @IsInt({ each: true })
  offered: number[];
}

const takeNew = flow(
  { name: 'example_take_new', description: 'Takes what is newer than what it has seen', input: NumbersInput },
  async ({ offered }, ctx) => {
    const seen = await ctx.state('seen', 0);
    const news = offered.filter((number) => number > seen.value);
    seen.set(Math.max(seen.value, ...offered)); // kept only if the run completes
    if (news.includes(13)) throw new Error('13 is not to be taken');
    return news;
  },
);

await runExample({ flows: [takeNew] }, async ({ client, me }) => {
  const by = { actor: me };
  const take = async (offered: readonly number[], flags = {}) => {
    const { runId } = await client.start('example_take_new', { offered }, { actor: me, flags });
    const end = await client.result(runId);
    const { value } = await client.getState('example_take_new', 'seen', by);
    const said = end.status === 'completed' ? JSON.stringify(end.result) : end.status;
    console.log(`${JSON.stringify(offered)} -> ${said}; seen: ${String(value)}`);
  };

  await client.resetState('example_take_new', 'seen', by);
  await take([1, 2, 3]);
  await take([2, 3, 4]);
  await take([13]); // it fails, so nothing is kept
  await take([7], { dryRun: true }); // a dry run keeps nothing either
  await client.setState('example_take_new', 'seen', 100, by);
  await take([99, 101]);
});

/* It prints:

[1,2,3] -> [1,2,3]; seen: 3
[2,3,4] -> [4]; seen: 4
[13] -> failed; seen: 4
[7] -> [7]; seen: 4
[99,101] -> [101]; seen: 101

*/
