import { type Command, Option } from 'commander';
import type { DeploymentInput, Missed, Overlap, Schedule } from '#libs/deployments';
import type { DeploymentEntry, FlowEntry } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { instant } from '../terminal/format.js';
import { deploymentPath, getDeployment, keyOf, orMeant, readRef, type Ref } from './deployment-ref.js';
import { addParameterOptions, readFlowParameters, type ParameterOptions } from './flow-parameters.js';
import { examples, repeated, replacing, wholeNumber } from './list-options.js';
import { readScheduleOptions, scheduleOptions, type ScheduleOptions } from './schedule-options.js';
import { getNamed } from './suggest.js';
import { firesLine } from './trigger-drawing.js';
import { readTriggerOptions, triggerOptions, type TriggerOptions } from './trigger-options.js';

interface ChangeOptions extends ParameterOptions, ScheduleOptions, TriggerOptions {
  readonly description?: string;
  readonly tag?: readonly string[];
  readonly concurrency?: number;
  readonly overlap?: DeploymentInput['overlap'];
  readonly missed?: DeploymentInput['missed'];
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
  readonly paused?: boolean;
  readonly unset?: readonly string[];
  readonly schedule?: boolean;
  readonly triggers?: boolean;
}

const OVERLAP: readonly Overlap[] = ['skip', 'queue', 'all', 'cancel-old'];
const MISSED: readonly Missed[] = ['skip', 'latest', 'all'];
const MOST_AT_ONCE = 1_000;
const REF_TOLD = 'flow and name, as in scrape_jobs/daily-job-scrape';

export function addDeploymentChangeCommands(deployment: Command, session: Session): void {
  const create = changing(
    deployment.command('create').description('Create a deployment; the parameters are those of its flow'),
  )
    .option('--paused', 'let it fire only once it is resumed')
    .action((ref: string | undefined, _rest: unknown, options: ChangeOptions, command: Command) =>
      createDeployment(session, ref, options, command),
    );
  examples(
    create,
    'deployment create scrape_jobs/mornings --keywords rust --cron "0 9 * * 1-5" --timezone Europe/Berlin',
    'deployment create maintenance/weekly --every 7d --cleanup-days 60 --paused',
    'deployment create maintenance/after-hunts --on-run daily_job_hunt:completed,failed',
  );

  const update = changing(
    deployment.command('update').description('Change a deployment; what is not named stays as it is'),
  )
    .addOption(
      new Option('--unset <parameter>', 'take back a parameter; may be repeated').argParser(repeated),
    )
    .option('--no-schedule', 'let it fire by no clock')
    .option('--no-triggers', 'let nothing that happens start it')
    .action((ref: string | undefined, _rest: unknown, options: ChangeOptions, command: Command) =>
      updateDeployment(session, ref, options, command),
    );
  examples(
    update,
    'deployment update scrape_jobs/mornings --limit 20',
    'deployment update scrape_jobs/mornings --every 6h --unset location',
  );

  examples(
    deployment
      .command('rm')
      .alias('remove')
      .description('Remove a deployment; its runs go on')
      .argument('<deployment>', REF_TOLD)
      .option('--yes', 'do not ask')
      .action((ref: string, options: { yes?: boolean }, command: Command) =>
        remove(session, readRef(ref), options.yes ?? false, command),
      ),
    'deployment rm scrape_jobs/mornings',
  );
}

function changing(command: Command): Command {
  addParameterOptions(command.argument('[deployment]', REF_TOLD));
  for (const option of [...scheduleOptions(), ...triggerOptions()]) command.addOption(option);
  return command
    .option('--description <text>', 'for people')
    .addOption(replacing('--tag <tag>', 'a tag of the deployment and its runs'))
    .option('--concurrency <n>', 'how many of its runs may be active at once', (text) =>
      wholeNumber(text, 1, MOST_AT_ONCE),
    )
    .addOption(new Option('--overlap <what>', 'when as many are active at its time').choices(OVERLAP))
    .addOption(new Option('--missed <what>', 'times that passed while nobody could fire').choices(MISSED))
    .option('--dry-run', 'its runs write nothing and call nobody outside')
    .option('--test-mode', 'its runs use fixtures, mail goes to the catcher')
    .option('--verbose', 'its runs keep log lines in the records');
}

async function createDeployment(
  session: Session,
  text: string | undefined,
  options: ChangeOptions,
  command: Command,
): Promise<void> {
  const ref = refIn(text, command);
  if (!ref) return;
  const gateway = await session.gateway(command);
  const entry = await getNamed<FlowEntry>(gateway, 'flow', ref.flow);
  const parameters = await parametersOf(session, entry, options, command);
  const schedule = await readScheduleOptions(options);
  const triggers = readTriggerOptions(options);
  const spec: DeploymentInput = {
    ...{ flow: entry.name, name: ref.name, parameters },
    ...(schedule === undefined ? {} : { schedule }),
    ...(triggers === undefined ? {} : { triggers }),
    ...settings(options),
    flags: flagsIn(options),
    paused: options.paused ?? false,
  };
  const made = await gateway.post<DeploymentEntry>('/deployments', spec);
  session.answer(command, made, () => `${keyOf(made)} is there: ${whenLine(made)}.`);
}

async function updateDeployment(
  session: Session,
  text: string | undefined,
  options: ChangeOptions,
  command: Command,
): Promise<void> {
  const ref = refIn(text, command);
  if (!ref) return;
  const gateway = await session.gateway(command);
  const there = await getDeployment(gateway, ref);
  const entry = await getNamed<FlowEntry>(gateway, 'flow', there.flow);
  const changed = await parametersOf(session, entry, options, command);
  const unknown = (options.unset ?? []).find((name) => !Object.hasOwn(there.parameters, name));
  if (unknown !== undefined)
    throw new UsageError(
      `--unset ${unknown}: it has no such parameter`,
      `there are ${Object.keys(there.parameters).join(', ') || 'none'}`,
    );
  const kept = Object.entries(there.parameters).filter(([name]) => !options.unset?.includes(name));
  const schedule = await scheduleAfter(there.schedule, options);
  const { description, tags, concurrency, overlap, missed, paused, flags, source } = there;
  const triggers = options.triggers === false ? [] : (readTriggerOptions(options) ?? there.triggers);
  const spec = {
    ...(description === undefined ? {} : { description }),
    ...{ tags, triggers, concurrency, overlap, missed, paused },
    ...(source === undefined ? {} : { source }),
    ...settings(options),
    parameters: { ...Object.fromEntries(kept), ...changed },
    flags: { ...flags, ...flagsIn(options) },
    ...(schedule === undefined ? {} : { schedule }),
  };
  const headers = { 'if-match': `"${there.revision}"` };
  const made = await gateway.put<DeploymentEntry>(deploymentPath(there), spec, { headers });
  const what = made.revision === there.revision ? 'is as it was' : 'is changed';
  session.answer(command, made, () => `${keyOf(made)} ${what}: ${whenLine(made)}.`);
}

async function remove(session: Session, ref: Ref, yes: boolean, command: Command): Promise<void> {
  const { terminal } = session;
  const gateway = await session.gateway(command);
  if (!yes) {
    const there = await getDeployment(gateway, ref);
    if (!terminal.canAsk)
      throw new UsageError(
        `nothing was done: ${keyOf(there)} would be removed, and nobody is there to be asked`,
        'add --yes to do it without a question',
      );
    if (!(await terminal.confirm(`Remove ${keyOf(there)} (${firesLine(there)})?`))) {
      terminal.note('Nothing was done.');
      session.exitCode = ExitCode.failed;
      return;
    }
  }
  const answer = await orMeant(gateway, ref, () => gateway.delete<object>(deploymentPath(ref)));
  session.answer(command, answer, () => `${keyOf(ref)} is removed; its runs go on.`);
}

/** Reads which deployment is meant, or shows the help. */
function refIn(text: string | undefined, command: Command): Ref | undefined {
  if (text === '--help' || text === '-h') {
    command.outputHelp();
    return undefined;
  }
  if (text === undefined || text.startsWith('-'))
    throw new UsageError(`name the deployment first: jobhunter deployment ${command.name()} <flow/name> …`);
  return readRef(text);
}

const parametersOf = (
  session: Session,
  entry: FlowEntry,
  options: ParameterOptions,
  command: Command,
): Promise<Record<string, unknown>> =>
  readFlowParameters(
    session,
    entry,
    command.args.slice(1),
    options,
    command,
    `deployment ${command.name()} ${entry.name}/…`,
  );

async function scheduleAfter(
  there: Schedule | undefined,
  options: ChangeOptions,
): Promise<Schedule | undefined> {
  if (options.schedule === false) return undefined;
  // A zone alone changes the clock that the cron text goes by.
  if (options.cron === undefined && options.timezone !== undefined && there && 'cron' in there)
    return { ...there, timeZone: options.timezone };
  return (await readScheduleOptions(options)) ?? there;
}

function settings({
  description,
  tag,
  concurrency,
  overlap,
  missed,
}: ChangeOptions): Partial<DeploymentInput> {
  return {
    ...(description === undefined ? {} : { description }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(missed === undefined ? {} : { missed }),
  };
}

function flagsIn(options: ChangeOptions): Record<string, boolean> {
  const said = (['dryRun', 'testMode', 'verbose'] as const).filter((flag) => options[flag] !== undefined);
  return Object.fromEntries(said.map((flag) => [flag, options[flag] === true]));
}

function whenLine(entry: DeploymentEntry): string {
  const { schedule, triggers, paused, next } = entry;
  if (schedule === undefined && triggers.length === 0) return 'run by hand';
  if (paused) return `${firesLine(entry)}, paused`;
  if (schedule === undefined) return firesLine(entry);
  const [first] = next;
  return `${firesLine(entry)}, ${first === undefined ? 'never' : `next at ${instant(first)}`}`;
}
