import { type Command } from 'commander';
import type { RestartAnswer, SteerAnswer } from '../gateway/resources.js';
import { readObject } from '../parameters/read-document.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { type BulkOptions, bulkCommand } from './bulk.js';
import { watchToTheEnd } from './flow.js';
import { examples, wholeNumber } from './list-options.js';
import { addFilterOptions, type FilterOptions, readFilter } from './run-filter.js';
import { runPath, tell } from './tell-steered.js';

type CancelOptions = FilterOptions & BulkOptions & { readonly reason?: string };

type RestartOptions = FilterOptions &
  BulkOptions & {
    readonly fromStep?: number;
    readonly input?: string;
    readonly idempotencyKey?: string;
    readonly watch?: boolean;
  };

const MOST_STEPS = 1_000_000;

/** Adds `cancel` and `restart`, each for one run or for all that a filter means. */
export function addEndOrRestartCommands(flowRun: Command, session: Session): void {
  examples(
    addBulkOptions(
      flowRun
        .command('cancel')
        .description(
          'Cancel a run, or all that a filter means: what runs is aborted, then the flow cleans up',
        )
        .argument('[run]', 'id of the run')
        .option('--reason <text>', 'kept in the record'),
    ).action((id: string | undefined, options: CancelOptions, command: Command) =>
      cancel(session, id, options, command),
    ),
    'flow-run cancel 01JD2Z --reason "wrong city"',
    'flow-run cancel --where status=waiting --flow scrape_jobs --dry-run',
    'flow-run cancel --tag trial --yes',
  );

  examples(
    addBulkOptions(
      flowRun
        .command('restart')
        .description(
          'Start a new run that begins with what an ended one has done, or one for each that a filter means',
        )
        .argument('[run]', 'id of the run')
        .option(
          '--from-step <n>',
          'the first step to do anew (`flow-run steps` lists them); without it every success is kept',
          (text) => wholeNumber(text, 1, MOST_STEPS),
        )
        .option('--input <json>', 'another input: a JSON object, @file, or - for standard input')
        .option('--idempotency-key <key>', 'the same key is the same new run')
        .option('--watch', 'watch the new run until it ends'),
    ).action((id: string | undefined, options: RestartOptions, command: Command) =>
      restart(session, id, options, command),
    ),
    'flow-run restart 01JD2Z',
    'flow-run restart 01JD2Z --from-step 4 --watch',
    'flow-run restart --where status=failed --flow scrape_jobs --since 1d',
  );
}

function addBulkOptions(command: Command): Command {
  return addFilterOptions(command)
    .option('--dry-run', 'only show which runs it would be')
    .option('--yes', 'do it to all that fit without asking')
    .option('--detach', 'begin and return at once; `flow-run bulk` looks at it again');
}

async function cancel(
  session: Session,
  id: string | undefined,
  options: CancelOptions,
  command: Command,
): Promise<void> {
  const { reason } = options;
  const said = reason === undefined ? {} : { reason };
  const filter = readFilter(options, session.now());
  const one = oneOrMany('cancel', id, filter !== undefined, options);
  if (one === undefined)
    return bulkCommand(session, 'cancel', { filter: filter ?? {}, ...said }, options, command);
  const answer = await (await session.gateway(command)).post<SteerAnswer>(`${runPath(one)}/cancel`, said);
  // It may go on as another, which then is the one that is asked.
  const run = answer.runId === one ? 'The run' : 'The run that goes on with its work';
  tell(session, command, answer, `${run} was ${answer.status} and is asked to end`);
}

async function restart(
  session: Session,
  id: string | undefined,
  options: RestartOptions,
  command: Command,
): Promise<void> {
  const { fromStep, input, idempotencyKey, watch } = options;
  const filter = readFilter(options, session.now());
  const one = oneOrMany('restart', id, filter !== undefined, options);
  if (one === undefined) {
    const alone = {
      '--from-step': fromStep,
      '--input': input,
      '--idempotency-key': idempotencyKey,
      '--watch': watch,
    };
    const wrong = Object.entries(alone).find(([, value]) => value !== undefined);
    if (wrong) throw new UsageError(`${wrong[0]} goes with the id of one run, not with a filter`);
    return bulkCommand(session, 'restart', { filter: filter ?? {} }, options, command);
  }
  const body = {
    ...(fromStep === undefined ? {} : { fromStep }),
    ...(input === undefined ? {} : { input: await readObject('--input', input, session.terminal) }),
  };
  const headers: Record<string, string> =
    idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const gateway = await session.gateway(command);
  const answer = await gateway.post<RestartAnswer>(`${runPath(one)}/restart`, body, { headers });
  if (answer.existing)
    session.terminal.note(`this idempotency key had started run ${answer.runId} before; it is shown`);
  if (watch) return watchToTheEnd(session, command, answer, false);
  session.answer(command, answer, () =>
    [
      `${answer.flow} goes on from run ${one} as a new run: ${answer.runId}`,
      `Next: jobhunter flow-run watch ${answer.runId}`,
    ].join('\n'),
  );
}

/** Gives the one run that is meant; undefined where a filter says which. */
function oneOrMany(
  verb: string,
  id: string | undefined,
  isFiltered: boolean,
  { dryRun, yes, detach }: BulkOptions,
): string | undefined {
  if (id !== undefined && isFiltered)
    throw new UsageError(
      'name one run by its id, or many by --where, --flow, --status, --tag or --since: not both',
    );
  if (id === undefined && !isFiltered)
    throw new UsageError(
      `name the run, or say which runs by --where, --flow, --status, --tag or --since`,
      `for example: jobhunter flow-run ${verb} --where status=failed`,
    );
  if (id !== undefined && (dryRun || yes || detach))
    throw new UsageError('--dry-run, --yes and --detach go with a filter, not with the id of one run');
  return id;
}
