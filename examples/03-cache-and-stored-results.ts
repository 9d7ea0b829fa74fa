// Answers that are used again, and results that later runs read. See docs/guides/results.md.
import { randomUUID } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { IsNumber, IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation } from '#libs/operations';
import { runExample } from './support/index.js';

class RateInput {
  @IsString() currency: string;
  /** Keeps one play of this example apart from the next. */
  @IsString() play: string;
}
class Rate {
  @IsNumber() rate: number;
}

const GetRate = defineOperation({
  name: 'get_rate',
  service: 'example_cache',
  category: 'examples',
  stage: 'extract',
  description: 'Asks what a currency costs',
  input: RateInput,
  output: Rate,
});

@Controller()
class Bank {
  @Operation(GetRate)
  getRate({ currency }: RateInput): Rate {
    console.log(`  the bank is asked for ${currency}`);
    return { rate: currency === 'CHF' ? 0.94 : 1.09 };
  }
}

const getRate = task(
  {
    name: 'get_rate',
    cacheKey: (_context, { currency, play }: RateInput) => `${currency}/${play}`,
    cacheExpirationSeconds: 3_600,
    resultStorageKey: 'rate_{input.currency}_{date}',
  },
  GetRate,
);

const quote = flow(
  { name: 'example_quote', description: 'Gets the rate of a currency', input: RateInput },
  (input, ctx) => ctx.task(getRate, input),
);

class DayInput {
  @IsString() date: string;
}

/** Asks nobody: it reads what other runs have kept. */
const compare = flow(
  { name: 'example_compare', description: 'Reads the rates that were kept on a day', input: DayInput },
  async ({ date }, ctx) => ({
    CHF: await ctx.storedResult<Rate>(`rate_CHF_${date}`),
    JPY: await ctx.storedResult<Rate>(`rate_JPY_${date}`),
  }),
);

const service = { contracts: [GetRate], controller: Bank };
await runExample({ service, flows: [quote, compare] }, async ({ client, log, me }) => {
  const play = randomUUID();
  const ask = async (currency: string): Promise<Date> => {
    const { runId } = await client.start('example_quote', { currency, play }, { actor: me });
    const end = await client.result(runId);
    const outcomes = (await log.readRun(runId)).events.flatMap(({ event }) =>
      event.type === 'TaskFinished' ? [event.outcome] : [],
    );
    const cached = outcomes.some((outcome) => outcome.status === 'success' && outcome.cached);
    console.log(
      `${currency}:`,
      end.status === 'completed' ? end.result : end,
      cached ? 'cached' : 'asked for',
    );
    return new Date((await client.describe(runId)).requestedAt);
  };

  await ask('CHF');
  const startedAt = await ask('CHF');
  await ask('USD');

  const date = startedAt.toISOString().slice(0, 10); // {date} is the day of the run's start, in UTC
  const { runId } = await client.start('example_compare', { date }, { actor: me });
  const end = await client.result(runId);
  console.log('kept on that day:', end.status === 'completed' ? end.result : end);
});

/* It prints:

  the bank is asked for CHF
CHF: { rate: 0.94 } asked for
CHF: { rate: 0.94 } cached
  the bank is asked for USD
USD: { rate: 1.09 } asked for
kept on that day: { CHF: { rate: 0.94 } }

*/
