import type { Command } from 'commander';
import type { DeploymentEntry, FiringEntry } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { addDeploymentChangeCommands } from './deployment-change.js';
import { drawDeployment, drawDeployments, drawFirings } from './deployment-drawing.js';
import { deploymentPath, getDeployment, keyOf, orMeant, readRef } from './deployment-ref.js';
import { addDeploymentRunCommand } from './deployment-run.js';
import { addApplyCommand } from './deploy.js';
import { examples, limitOption, moreLine, wholeNumber } from './list-options.js';
import { readScheduleOptions, scheduleOptions, type ScheduleOptions } from './schedule-options.js';

interface LsOptions {
  readonly flow?: string;
  readonly tag?: string;
  readonly search?: string;
  readonly paused?: boolean;
  readonly limit: number;
}

const REF = '<deployment>';
const REF_TOLD = 'flow and name, as in scrape_jobs/daily-job-scrape';

export function addDeploymentCommands(program: Command, session: Session): void {
  const deployment = program
    .command('deployment')
    .description('Flows with parameters and a schedule: list them, change them, run them');

  examples(
    deployment
      .command('ls')
      .alias('list')
      .description('List deployments, and when they fire next')
      .option('--flow <name>', 'deployments of this flow')
      .option('--tag <tag>', 'deployments with this tag')
      .option('--search <text>', 'part of flow, name or description')
      .option('--paused', 'only those that are paused')
      .option('--no-paused', 'only those that are not')
      .addOption(limitOption(100))
      .action(async ({ limit, search, ...query }: LsOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<DeploymentEntry>('/deployments', { ...query, q: search }, limit);
        session.answer(command, page, () => drawDeployments(page.items, session) + moreLine(page));
      }),
    'deployment ls',
    'deployment ls --flow scrape_jobs --paused --json',
  );

  examples(
    deployment
      .command('show')
      .alias('inspect')
      .description('Show a deployment: what it runs, when, and how it stands')
      .argument(REF, REF_TOLD)
      .action(async (ref: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const entry = await getDeployment(gateway, readRef(ref));
        session.answer(command, entry, () => drawDeployment(entry, gateway.url, session));
      }),
    'deployment show scrape_jobs/daily-job-scrape',
  );

  addDeploymentChangeCommands(deployment, session);

  for (const [verb, description, said] of [
    ['pause', 'Let a deployment fire no more; its runs go on', 'is paused'],
    ['resume', 'Let a deployment fire again, from now on', 'fires again'],
  ] as const) {
    examples(
      deployment
        .command(verb)
        .description(description)
        .argument(REF, REF_TOLD)
        .action(async (text: string, _options: unknown, command: Command) => {
          const ref = readRef(text);
          const gateway = await session.gateway(command);
          const entry = await orMeant(gateway, ref, () =>
            gateway.post<DeploymentEntry>(deploymentPath(ref, verb), {}),
          );
          const [next] = entry.next;
          const then = next === undefined ? '' : `, next at ${instant(next)}`;
          session.answer(command, entry, () => `${keyOf(entry)} ${said}${then}.`);
        }),
      `deployment ${verb} scrape_jobs/daily-job-scrape`,
    );
  }

  addDeploymentRunCommand(deployment, session);
  addNextCommand(deployment, session);

  examples(
    deployment
      .command('firings')
      .description('List what a deployment did of late, newest first')
      .argument(REF, REF_TOLD)
      .option('--limit <n>', 'how many at most', (text) => wholeNumber(text, 1, 100), 20)
      .action(async (text: string, { limit }: { limit: number }, command: Command) => {
        const ref = readRef(text);
        const gateway = await session.gateway(command);
        const { items } = await orMeant(gateway, ref, () =>
          gateway.get<{ items: FiringEntry[] }>(deploymentPath(ref, 'firings'), { query: { limit } }),
        );
        session.answer(command, items, () => drawFirings(items, session));
      }),
    'deployment firings scrape_jobs/daily-job-scrape',
  );

  addApplyCommand(deployment.command('apply'), session, 'deployment apply');
}

interface NextOptions extends ScheduleOptions {
  readonly count: number;
  readonly after?: string;
}

function addNextCommand(deployment: Command, session: Session): void {
  const next = deployment
    .command('next')
    .description('List the next times at which a deployment, or a schedule that you are thinking of, fires')
    .argument('[deployment]', REF_TOLD)
    .option('--count <n>', 'how many', (text) => wholeNumber(text, 1, 100), 5)
    .option('--after <instant>', 'from this instant on, ISO 8601');
  for (const option of scheduleOptions()) next.addOption(option);
  next.action(async (text: string | undefined, options: NextOptions, command: Command) => {
    const { count, after } = options;
    const gateway = await session.gateway(command);
    const schedule = await readScheduleOptions(options);
    if ((text === undefined) === (schedule === undefined))
      throw new UsageError('name a deployment, or a schedule by --cron or --every');
    const ref = text === undefined ? undefined : readRef(text);
    const { instants } = await (ref === undefined
      ? gateway.post<{ instants: string[] }>('/deployments/next', { schedule, count, after })
      : orMeant(gateway, ref, () =>
          gateway.get<{ instants: string[] }>(deploymentPath(ref, 'next'), { query: { count, after } }),
        ));
    session.answer(command, instants, () =>
      instants.length === 0
        ? 'It has no schedule.'
        : instants.map((at) => `${instant(at)}  ${at}`).join('\n'),
    );
  });
  examples(
    next,
    'deployment next scrape_jobs/daily-job-scrape',
    'deployment next --cron "30 2 * * *" --timezone Europe/Berlin --after 2027-03-27T00:00:00Z',
  );
}
