// Tasks, and when they are tried again. See docs/guides/tasks.md.
import { Controller } from '@nestjs/common';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { flow, task, type TaskOptions } from '#libs/flows';
import {
  defineOperation,
  Operation,
  RetryableError,
  TerminalError,
  type OperationRun,
} from '#libs/operations';
import { retryWaits, runExample } from './support/index.js';

/** Asks for the weather of a city; the first `failures` attempts go wrong. */
class WeatherInput {
  @IsString() city: string;
  @IsInt() failures: number;
  @IsOptional() @IsString() how?: 'busy' | 'broken' | 'unknown_city';
}
class Weather {
  @IsString() sky: string;
}

const GetWeather = defineOperation({
  name: 'get_weather',
  service: 'example_tasks',
  category: 'examples',
  stage: 'extract',
  description: 'Asks for the weather of a city',
  input: WeatherInput,
  output: Weather,
});

@Controller()
class WeatherService {
  @Operation(GetWeather)
  getWeather({ city, failures, how = 'busy' }: WeatherInput, run: OperationRun): Weather {
    if (run.attempt <= failures) {
      const message = `no weather for ${city}: ${how}`;
      if (how === 'unknown_city') throw new TerminalError('weather/unknown-city', message);
      throw new RetryableError(`weather/${how}`, message);
    }
    return { sky: 'clear' };
  }
}

/** The same task under several policies. */
const POLICIES: Readonly<Record<string, Omit<TaskOptions, 'name'>>> = {
  none: {},
  fixed: { retries: 3, retryDelaySeconds: 0.02 },
  listed: { retries: 3, retryDelaySeconds: [0.01, 0.03] },
  exponential: { retries: 3, retryDelaySeconds: 0.01, retryBackoffFactor: 2, maxRetryDelaySeconds: 0.03 },
  custom: { retries: 3, retryDelaySeconds: (attempt) => (attempt === 1 ? 0.03 : 0.01) },
  jitter: { retries: 3, retryDelaySeconds: 0.02, retryJitterFactor: 0.5 },
  only_busy: { retries: 3, retryOn: ['weather/busy'] },
};

class PolicyInput extends WeatherInput {
  @IsString() policy: string;
}

const report = flow(
  { name: 'example_weather', description: 'Asks for the weather under a policy', input: PolicyInput },
  async ({ policy, ...input }, ctx) => {
    const getWeather = task({ name: 'weather', ...POLICIES[policy] }, GetWeather);
    const { sky } = await ctx.task(getWeather, input);
    return sky;
  },
);

const service = { contracts: [GetWeather], controller: WeatherService };
await runExample({ service, flows: [report] }, async ({ client, log, me }) => {
  const ask = async (policy: string, failures: number, how?: string): Promise<void> => {
    const input = { city: 'Bremen', policy, failures, ...(how ? { how } : {}) };
    const { runId } = await client.start(report.contract.name, input, { actor: me });
    const end = await client.result(runId);
    const [step] = (await client.describe(runId)).steps;
    const said =
      end.status === 'completed' ? String(end.result) : end.status === 'failed' ? end.error.code : '';
    console.log(`${policy}: ${said}, attempts: ${step?.attempt}`);
    const waits = await retryWaits(log, runId);
    if (policy === 'jitter')
      console.log(
        '  between 0.02 and 0.03 s each:',
        waits.every((s) => s >= 0.02 && s <= 0.03),
      );
    else if (waits.length > 0) console.log(`  after ${waits.join(' s, ')} s`);
  };

  await ask('none', 1);
  await ask('fixed', 3);
  await ask('listed', 3);
  await ask('exponential', 3);
  await ask('custom', 3);
  await ask('jitter', 3);
  await ask('only_busy', 1, 'busy');
  await ask('only_busy', 1, 'broken'); // another try might help, but is not asked for
  await ask('fixed', 1, 'unknown_city'); // no try would help
  await ask('fixed', 4); // one more than it is tried again
});

/* It prints:

none: weather/busy, attempts: 1
fixed: clear, attempts: 4
  after 0.02 s, 0.02 s, 0.02 s
listed: clear, attempts: 4
  after 0.01 s, 0.03 s, 0.03 s
exponential: clear, attempts: 4
  after 0.01 s, 0.02 s, 0.03 s
custom: clear, attempts: 4
  after 0.03 s, 0.01 s, 0.01 s
jitter: clear, attempts: 4
  between 0.02 and 0.03 s each: true
only_busy: clear, attempts: 2
only_busy: weather/broken, attempts: 1
fixed: weather/unknown-city, attempts: 1
fixed: weather/busy, attempts: 4
  after 0.02 s, 0.02 s, 0.02 s

*/
