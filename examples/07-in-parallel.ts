// Several things at once. See docs/guides/flows.md#in-parallel.
import { Controller } from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import { setTimeout as delay } from 'node:timers/promises';
import { flow } from '#libs/flows';
import { defineOperation, Operation, type OperationRun } from '#libs/operations';
import { runExample } from './support/index.js';

class SearchInput {
  @IsString() shop: string;
}
class Price {
  @IsInt() price: number;
}

const FindPrice = defineOperation({
  name: 'find_price',
  service: 'example_parallel',
  category: 'examples',
  stage: 'extract',
  description: 'Asks a shop for its price',
  input: SearchInput,
  output: Price,
});

const PRICES: Readonly<Record<string, number>> = { north: 12, south: 9, east: 14, west: 11, quick: 10 };
let tellSlowIsAsked: () => void = () => undefined;
const slowIsAsked = new Promise<void>((resolve) => (tellSlowIsAsked = resolve));
let running = 0;
let most = 0;

@Controller()
class Shops {
  @Operation(FindPrice)
  async findPrice({ shop }: SearchInput, run: OperationRun): Promise<Price> {
    if (shop === 'slow') {
      tellSlowIsAsked();
      await new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
      console.log(`  the slow shop is told to stop: ${(run.signal.reason as Error).message}`);
      throw run.signal.reason;
    }
    if (shop === 'quick') await slowIsAsked; // so that there is something to stop
    most = Math.max(most, ++running);
    await delay(20);
    running--;
    return { price: PRICES[shop]! };
  }
}

class NoInput {}

const compare = flow(
  { name: 'example_prices', description: 'Asks several shops at once', input: NoInput },
  async (_input, ctx) => {
    // A call is running from the moment it is made.
    const [north, south] = await Promise.all([
      ctx.task(FindPrice, { shop: 'north' }),
      ctx.task(FindPrice, { shop: 'south' }),
    ]);

    const shops = ['north', 'south', 'east', 'west'];
    const all = await ctx.map(shops, (shop) => ctx.task(FindPrice, { shop }), { concurrency: 2 });

    const first = await ctx.race([
      async (own) => `slow: ${(await own.task(FindPrice, { shop: 'slow' })).price}`,
      async (own) => `quick: ${(await own.task(FindPrice, { shop: 'quick' })).price}`,
    ]);
    return { both: [north.price, south.price], all: all.map(({ price }) => price), first };
  },
);

const service = { contracts: [FindPrice], controller: Shops };
await runExample({ service, flows: [compare] }, async ({ client, me }) => {
  const { runId } = await client.start('example_prices', {}, { actor: me });
  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end);
  console.log(`at most ${most} shops were asked at once`);
});

/* It prints:

  the slow shop is told to stop: cancelled: another branch of the race was first
{ both: [ 12, 9 ], all: [ 12, 9, 14, 11 ], first: 'quick: 10' }
at most 2 shops were asked at once

*/
