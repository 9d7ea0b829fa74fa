// What a run shows to people. See docs/guides/artifacts.md.
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class NoInput {}

const report = flow(
  { name: 'example_report', description: 'Shows what it has found', input: NoInput },
  async (_input, ctx) => {
    ctx.artifact({ kind: 'markdown', title: 'Summary', data: '# Three shops\n\nOne is **closed**.' });
    ctx.artifact({
      kind: 'table',
      // The same key again is a newer version of the same artifact, in this run or a later one.
      key: 'prices',
      title: 'Prices',
      data: [
        { shop: 'north', price: 12 },
        { shop: 'south', price: 9 },
      ],
    });
    ctx.artifact({ kind: 'link', title: 'The shop', data: 'https://shop.example/south' });
    ctx.artifact({ kind: 'image', title: 'A dot', data: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' });
  },
);

await runExample({ flows: [report] }, async ({ client, log, me }) => {
  const { runId } = await client.start('example_report', {}, { actor: me });
  await client.result(runId);
  for (const { event } of (await log.readRun(runId)).events)
    if (event.type === 'ArtifactRecorded') {
      const { kind, title, key, data } = event.artifact;
      console.log(`${kind}: ${title}${key ? ` (${key})` : ''} ${JSON.stringify(data)}`);
    }
});

/* It prints:

markdown: Summary "# Three shops\n\nOne is **closed**."
table: Prices (prices) [{"shop":"north","price":12},{"shop":"south","price":9}]
link: The shop "https://shop.example/south"
image: A dot "data:image/gif;base64,R0lGODlhAQABAAAAACw="

*/
