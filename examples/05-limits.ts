// How many at once, for whom, how often, and who goes first. See docs/guides/limits.md.
import { setTimeout as delay } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, type OperationOptions } from '#libs/operations';
import type { FlowRunId } from '#libs/run-log';
import { runExample } from './support/index.js';

class FetchInput {
  @IsString() host: string;
  @IsInt() page: number;
}
class Fetched {}

const fetching = (over: Pick<OperationOptions<FetchInput, Fetched>, 'name' | 'concurrency' | 'limits'>) =>
  defineOperation({
    ...over,
    service: 'example_limits',
    category: 'examples',
    stage: 'extract',
    description: 'Fetches a page',
    input: FetchInput,
    output: Fetched,
  });

/** Two at once, over all processes together. */
const FetchFew = fetching({ name: 'fetch_few', concurrency: 2 });
/** One at once for each host. */
const FetchByHost = fetching({
  name: 'fetch_by_host',
  limits: [{ name: 'per_host', key: ({ host }) => host, concurrency: 1 }],
});
/** Two may begin in a second, one after the other. */
const FetchSlowly = fetching({
  name: 'fetch_slowly',
  limits: [{ name: 'slowly', key: () => 'all', rate: { limit: 2, perSeconds: 1, burst: 1 } }],
});
/** One at a time, so that there is a queue to overtake. */
const FetchInTurn = fetching({ name: 'fetch_in_turn', concurrency: 1 });

/** Counts who is at work. */
class Gauge {
  readonly order: number[] = [];
  most = 0;
  private running = 0;

  async during(page: number, ms: number): Promise<Fetched> {
    this.order.push(page);
    this.most = Math.max(this.most, ++this.running);
    await delay(ms);
    this.running--;
    return {};
  }
}

const few = new Gauge();
const hosts: Record<string, Gauge> = { a: new Gauge(), b: new Gauge() };
const inTurn = new Gauge();
let firstBegun: () => void = () => undefined;

@Controller()
class Fetcher {
  @Operation(FetchFew) few({ page }: FetchInput) {
    return few.during(page, 30);
  }
  @Operation(FetchByHost) byHost({ host, page }: FetchInput) {
    return hosts[host]!.during(page, 30);
  }
  @Operation(FetchSlowly) slowly(): Fetched {
    return {};
  }
  @Operation(FetchInTurn) inTurn({ page }: FetchInput) {
    firstBegun();
    return inTurn.during(page, page === 1 ? 1_000 : 0);
  }
}

class NoInput {}
const four = [1, 2, 3, 4];

const fetchAll = flow(
  { name: 'example_limits', description: 'Asks for more than may run at once', input: NoInput },
  async (_input, ctx) => {
    await Promise.all(four.map((page) => ctx.task(FetchFew, { host: 'a', page })));
    await Promise.all(
      ['a', 'b'].flatMap((host) => [1, 2].map((page) => ctx.task(FetchByHost, { host, page }))),
    );
    await Promise.all([1, 2, 3].map((page) => ctx.task(FetchSlowly, { host: 'a', page })));
  },
);
const inOrder = flow(
  { name: 'example_queue', description: 'Fills the queue', input: NoInput },
  async (_input, ctx) => {
    await Promise.all([1, 2, 3].map((page) => ctx.task(FetchInTurn, { host: 'a', page })));
  },
);
const urgent = task({ name: 'fetch_now', lane: 'urgent' }, FetchInTurn);
const overtake = flow(
  { name: 'example_overtake', description: 'Has no time to wait in the queue', input: NoInput },
  async (_input, ctx) => {
    await ctx.task(urgent, { host: 'a', page: 99 });
  },
);

const service = { contracts: [FetchFew, FetchByHost, FetchSlowly, FetchInTurn], controller: Fetcher };
await runExample({ service, flows: [fetchAll, inOrder, overtake] }, async ({ client, log, me }) => {
  const by = { actor: me };
  /** When those who found no room were told to come again, in milliseconds. */
  const turnsOf = async (operation: string, runId: FlowRunId): Promise<number[]> =>
    (await log.readRun(runId)).events
      .flatMap(({ event }) =>
        event.type === 'TaskFinished' && event.operation === operation && event.outcome.status === 'deferred'
          ? [event.outcome.until]
          : [],
      )
      .sort((a, b) => a - b);
  const { runId } = await client.start('example_limits', {}, by);
  await client.result(runId);
  console.log(`concurrency 2: ${few.order.length} ran, ${few.most} at once`);
  console.log(
    `one for each host: ${Object.values(hosts)
      .map(({ most }) => `${most} at once`)
      .join(', ')}`,
  );
  const [second, third] = await turnsOf(FetchSlowly.name, runId);
  console.log(`rate: two had to wait for their turns, ${((third! - second!) / 1_000).toFixed(1)} s apart`);

  const first = new Promise<void>((resolve) => (firstBegun = resolve));
  const queue = await client.start('example_queue', {}, by);
  await first; // it takes a second; meanwhile the urgent one is asked for
  const hurry = await client.start('example_overtake', {}, by);
  await Promise.all([client.result(queue.runId), client.result(hurry.runId)]);
  console.log(
    `in turn: ${inTurn.order.length} ran, ${inTurn.most} at once; page 99 was number ${inTurn.order.indexOf(99) + 1}`,
  );
});

/* It prints:

concurrency 2: 4 ran, 2 at once
one for each host: 1 at once, 1 at once
rate: two had to wait for their turns, 0.5 s apart
in turn: 4 ran, 1 at once; page 99 was number 2

*/
