// The three time-outs of a task. See docs/guides/timeouts.md.
import { Controller } from '@nestjs/common';
import { IsIn } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, RetryableError, type OperationRun } from '#libs/operations';
import { runExample } from './support/index.js';

class AskInput {
  @IsIn(['silent', 'busy']) site: 'silent' | 'busy';
}
class Page {}

const AskSite = defineOperation({
  name: 'ask_site',
  service: 'example_timeouts',
  category: 'examples',
  stage: 'extract',
  description: 'Asks a site that never answers, or always says that it is busy',
  input: AskInput,
  output: Page,
});

/** Nobody hosts this one. */
const AskNobody = defineOperation({ ...AskSite, name: 'ask_nobody', service: 'example_nobody', limits: [] });

@Controller()
class SiteService {
  @Operation(AskSite)
  async askSite({ site }: AskInput, run: OperationRun): Promise<Page> {
    if (site === 'busy') throw new RetryableError('site/busy', 'the site is busy');
    // What `fetch(address, { signal: run.signal })` does: it ends when it is told to.
    await new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
    const { code } = run.signal.reason as { readonly code: string };
    console.log(`  the operation is told to stop: ${code}`);
    throw run.signal.reason;
  }
}

const oneAttempt = task({ name: 'one_attempt', timeoutSeconds: 0.1, retries: 1 }, AskSite);
const inTheQueue = task({ name: 'in_the_queue', scheduleToStartSeconds: 0.1 }, AskNobody);
const inAll = task(
  { name: 'in_all', scheduleToCloseSeconds: 0.2, retries: 1_000, retryDelaySeconds: 0.05 },
  AskSite,
);

const waitFor = async (what: Promise<unknown>): Promise<string> => {
  try {
    await what;
    return 'there was an answer';
  } catch (error) {
    const { code, message } = error as Error & { readonly code: string };
    return `${code}: ${message}`;
  }
};

class NoInput {}

const threeTimeouts = flow(
  { name: 'example_timeouts', description: 'Runs into each time-out', input: NoInput },
  async (_input, ctx) => ({
    'start to close': await waitFor(ctx.task(oneAttempt, { site: 'silent' })),
    'schedule to start': await waitFor(ctx.task(inTheQueue, { site: 'silent' })),
    'schedule to close': await waitFor(ctx.task(inAll, { site: 'busy' })),
  }),
);

const service = { contracts: [AskSite], controller: SiteService };
await runExample({ service, flows: [threeTimeouts] }, async ({ client, me }) => {
  const { runId } = await client.start('example_timeouts', {}, { actor: me });
  const end = await client.result(runId);
  if (end.status !== 'completed') throw new Error(`the run has ${end.status}`);
  for (const [which, said] of Object.entries(end.result as object)) console.log(`${which}: ${said}`);
});

/* It prints:

  the operation is told to stop: operation/timeout
  the operation is told to stop: operation/timeout
start to close: operation/timeout: task one_attempt (step 1) failed after 2 attempts: ask_site did not end within 100 ms
schedule to start: flow/task-timed-out: task in_the_queue (step 2) was not begun within 0.1 s
schedule to close: flow/task-timed-out: task in_all (step 3) was not done within 0.2 s

*/
