// What is said to a run while it runs. See docs/guides/signals-and-approvals.md.
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class NoInput {}

interface Bid {
  readonly from: string;
  readonly amount: number;
}

const auction = flow(
  { name: 'example_auction', description: 'Takes bids until nobody bids any more', input: NoInput },
  async (_input, ctx) => {
    await ctx.signal('open');
    const bids: Bid[] = [];
    try {
      for (;;) bids.push(await ctx.signal<Bid>('bid', { timeoutSeconds: 0.5 }));
    } catch (error) {
      // Everything else is not ours to deal with: rethrown, the flow fails with it.
      if ((error as { readonly code?: string }).code !== 'flow/signal-timeout') throw error;
    }
    return bids.map(({ from, amount }) => `${from}: ${amount}`);
  },
);

await runExample({ flows: [auction] }, async ({ client, me }) => {
  const { runId } = await client.start('example_auction', {}, { actor: me });
  const bid = (from: string, amount: number, id?: string) =>
    client.signal(runId, 'bid', { from, amount }, { actor: me, ...(id ? { id } : {}) });

  // The flow does not wait for bids yet; what comes early is kept, in its order.
  await bid('Ada', 10);
  await bid('Ben', 12, 'ben-1');
  const again = await bid('Ben', 12, 'ben-1'); // the same id is the same signal
  console.log(`said twice: ${again.duplicate}`);
  await client.signal(runId, 'open', null, { actor: me });

  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end);
  await bid('Cy', 20).catch((error: { code: string }) => console.log(`too late: ${error.code}`));
});

/* It prints:

said twice: true
[ 'Ada: 10', 'Ben: 12' ]
too late: flow/run-ended

*/
