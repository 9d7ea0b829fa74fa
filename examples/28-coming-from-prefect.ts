// What flows, tasks and what stands around them in Prefect are here. See docs/guides/coming-from-prefect.md.
import { Controller } from '@nestjs/common';
import { ArrayNotEmpty, IsArray, IsNumber, IsString } from 'class-validator';
import { Orchestrator } from '#libs/embedded';
import { flow, task, TaskFailedError } from '#libs/flows';
import {
  defineOperation,
  Operation,
  RetryableError,
  TerminalError,
  type OperationRun,
} from '#libs/operations';
import { complaints, findBroker } from './support/index.js';

// Parameters are checked by a class, as pydantic does it.
class City {
  @IsString() city: string;
}
class Cities {
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  cities: string[];
}
class Weather {
  @IsString() city: string;
  @IsNumber() celsius: number;
}

// The body of a @task is an operation: a contract, and a method of a service.
const FetchWeather = defineOperation({
  name: 'fetch_weather',
  service: 'example_weather_desk',
  category: 'examples',
  stage: 'extract',
  description: 'Asks how warm it is in a city',
  input: City,
  output: Weather,
  concurrency: 10, // a global concurrency limit
  limits: [{ name: 'provider', rate: { limit: 100, perSeconds: 60 }, key: () => 'weather' }], // a rate limit
});

@Controller()
class WeatherDesk {
  @Operation(FetchWeather)
  fetch({ city }: City, run: OperationRun): Weather {
    run.log.info('asked', { city }); // get_run_logger()
    if (city === 'Atlantis') throw new TerminalError('weather/no-city', 'there is no such city');
    if (city === 'Oslo' && run.attempt === 1) throw new RetryableError('weather/busy', 'try again');
    return { city, celsius: city.length };
  }
}

// The options of a @task stand where the operation is named as one.
const fetchWeather = task(
  {
    name: 'fetch_weather',
    retries: 3,
    retryDelaySeconds: 0.01,
    retryBackoffFactor: 2, // exponential_backoff
    retryJitterFactor: 0.5,
    retryOn: ['weather/busy'], // retry_condition_fn
    timeoutSeconds: 30,
    cacheKey: ({ runId }, { city }: City) => `${runId}/${city}`, // cache_key_fn
    cacheExpirationSeconds: 3_600,
    resultStorageKey: 'weather_{input.city}', // persist_result, result_storage_key
    tags: ['weather'],
    logPrints: true,
  },
  FetchWeather,
);

const warmest = flow(
  { name: 'example_warmest', description: 'Finds the warmest city', input: Cities },
  async ({ cities }, ctx) => {
    const found = await ctx.map(cities, (city) => ctx.task(fetchWeather, { city }), { concurrency: 2 });
    return found.reduce((a, b) => (b.celsius > a.celsius ? b : a));
  },
);

const report = flow(
  {
    name: 'example_weather_report',
    description: 'Reports on the warmest city',
    input: Cities,
    retries: 1,
    retryDelaySeconds: 0.01,
    timeoutSeconds: 600,
    tags: ['report'],
    onFailure: async (ctx, { error }) => ctx.log.error('no report', { code: error.code }), // on_failure
  },
  async ({ cities }, ctx) => {
    ctx.log.info('begun', { run: ctx.runId, attempt: ctx.attempt, flow: ctx.flowName }); // get_run_context()
    const first = ctx.task(fetchWeather, { city: cities[0]! }); // submit(): it runs already
    const best = await ctx.flow(warmest, { cities }); // a subflow
    const { celsius } = await first; // .result()

    // return_state=True, allow_failure(): a failure is a value where you take it as one.
    const strange = await ctx.task(fetchWeather, { city: 'Atlantis' }).catch((error: unknown) => {
      if (error instanceof TaskFailedError) return undefined;
      throw error;
    });

    const record = await ctx.state('warmest', 0); // Variable.get
    if (best.celsius > record.value) record.set(best.celsius); // Variable.set
    ctx.artifact({ kind: 'markdown', key: 'weather', title: 'Weather', data: `**${best.city}**` });

    const { approved } = await ctx.approval('publish', best, {
      deadlineSeconds: 86_400,
      otherwise: 'declined',
    });
    return approved
      ? `${best.city}: ${best.celsius}; here: ${celsius}; Atlantis: ${strange?.celsius}`
      : 'kept back';
  },
);

const broker = await findBroker();
const orchestrator = new Orchestrator({
  flows: [warmest, report],
  services: [WeatherDesk],
  deployments: [
    warmest.toDeployment({
      name: 'every-morning',
      parameters: { cities: ['Bern', 'Oslo'] },
      schedule: { cron: '0 7 * * *', timeZone: 'Europe/Berlin' },
      tags: ['morning'],
      concurrency: 1,
      paused: true,
    }),
  ],
  natsUrl: broker.url,
  logger: complaints,
  replayAlways: process.env['REPLAY_ALWAYS'] === 'true',
});
await orchestrator.start();
try {
  const me = { actor: { userId: 'local', channel: 'api' } } as const;
  const client = await orchestrator.client();

  console.log(await orchestrator.run(warmest, { cities: ['Bern', 'Reykjavik', 'Oslo'] }));

  const runId = await orchestrator.submit(report, { cities: ['Bern', 'Oslo', 'Lissabon'] });
  while ((await client.approvals(runId)).length === 0) await new Promise((resolve) => setImmediate(resolve));
  await client.answerApproval(runId, { name: 'publish' }, { ...me, approved: true }); // resume_flow_run
  console.log(await orchestrator.result(runId));
  const { steps } = await client.describe(runId);
  console.log(steps.map(({ kind, name, state }) => `${kind} ${name}: ${state}`));

  const { value } = await client.getState('example_weather_report', 'warmest', me);
  console.log('the warmest so far:', value);

  // run_deployment: now, whatever its schedule, and though it is paused.
  console.log(await orchestrator.runDeployment('example_warmest/every-morning', { tags: ['by-hand'] }));
} finally {
  await orchestrator.stop();
  await broker.stop();
}

/* It prints:

{ city: 'Reykjavik', celsius: 9 }
Lissabon: 8; here: 4; Atlantis: undefined
[
  'task fetch_weather: succeeded',
  'child example_warmest: succeeded',
  'task fetch_weather: failed',
  'state warmest: succeeded',
  'artifact Weather: succeeded',
  'approval publish: succeeded'
]
the warmest so far: 8
{ city: 'Bern', celsius: 4 }

*/
