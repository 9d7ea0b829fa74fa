import { type Command, Option } from 'commander';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { FlowEntry, RunOfDeployment } from '../gateway/resources.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';
import { deploymentPath, orMeant, readRef, type Ref } from './deployment-ref.js';
import { drawStarted, followToTheEnd, tellEnd, watchToTheEnd } from './flow.js';
import { addParameterOptions, readFlowParameters, type ParameterOptions } from './flow-parameters.js';
import { examples, repeated } from './list-options.js';
import { getNamed } from './suggest.js';

const PIPE_FLOW = 'pipe';

interface RunOptions extends ParameterOptions {
  readonly idempotencyKey?: string;
  readonly tag?: readonly string[];
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
  readonly follow: boolean;
  readonly cancelOnInterrupt?: boolean;
}

export function addDeploymentRunCommand(deployment: Command, session: Session): void {
  const run = addParameterOptions(
    deployment
      .command('run')
      .description('Run a deployment now, whatever its schedule, and watch it')
      .argument('[deployment]', 'flow and name, as in scrape_jobs/daily-job-scrape'),
  )
    .option('--no-follow', 'start the run and return at once')
    .option('--idempotency-key <key>', 'the same key starts the same run only once')
    .addOption(new Option('--tag <tag>', 'a further tag for the run; may be repeated').argParser(repeated))
    .option('--dry-run', 'write nothing and call nobody outside')
    .option('--test-mode', 'sources are fixtures, mail goes to the catcher')
    .option('--verbose', 'keep the log lines in the records')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the run; otherwise it goes on by itself')
    .action((text: string | undefined, _rest: unknown, options: RunOptions, command: Command) =>
      runDeployment(session, text, options, command),
    );
  examples(
    run,
    'deployment run scrape_jobs/daily-job-scrape',
    'deployment run scrape_jobs/daily-job-scrape --limit 3 --dry-run',
    'deployment run scrape_jobs/daily-job-scrape --no-follow --json',
  );
}

export function addRunOnceCommand(program: Command, session: Session): void {
  examples(
    program
      .command('run-once')
      .description('Run a pipe now and print its final context: what each of its steps gave')
      .argument('<pipe_id>', 'the pipe: a runner of jobhunter.yml, or a deployment of the flow pipe')
      .option('--dry-run', 'write nothing and call nobody outside')
      .option('--test-mode', 'sources are fixtures, mail goes to the catcher')
      .action((pipeId: string, options: Pick<RunOptions, 'dryRun' | 'testMode'>, command: Command) =>
        runOnce(session, pipeId, options, command),
      ),
    'run-once refresh-listings',
    'run-once refresh-listings --json',
  );
}

async function runDeployment(
  session: Session,
  text: string | undefined,
  options: RunOptions,
  command: Command,
): Promise<void> {
  if (text === '--help' || text === '-h') return command.outputHelp();
  if (text === undefined || text.startsWith('-'))
    throw new UsageError('name the deployment first: jobhunter deployment run <flow/name> [parameters]');
  const ref = readRef(text);
  const gateway = await session.gateway(command);
  const rest = command.args.slice(1);
  const given = rest.length > 0 || options.param !== undefined || options.params !== undefined;
  const parameters = given
    ? await readFlowParameters(
        session,
        await getNamed<FlowEntry>(gateway, 'flow', ref.flow),
        rest,
        options,
        command,
        `deployment run ${text}`,
      )
    : undefined;
  const started = await start(gateway, ref, parameters, options);
  if (started.existing)
    session.terminal.note(`this idempotency key had started run ${started.runId} before; it is shown`);
  if (!options.follow) return session.answer(command, started, () => drawStarted(started, gateway.url));
  await watchToTheEnd(session, command, started, options.cancelOnInterrupt ?? false);
}

async function runOnce(
  session: Session,
  pipeId: string,
  options: Pick<RunOptions, 'dryRun' | 'testMode'>,
  command: Command,
): Promise<void> {
  const ref = { flow: PIPE_FLOW, name: pipeId.startsWith(`${PIPE_FLOW}/`) ? pipeId.slice(5) : pipeId };
  const gateway = await session.gateway(command);
  const started = await start(gateway, ref, undefined, options).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(
      `there is no pipe ${pipeId}`,
      `${error.hint}; a runner of jobhunter.yml is there once the file is applied: jobhunter deploy`,
      { cause: error },
    );
  });
  // What the steps do is told on standard error, so that the context stands alone.
  const end = await followToTheEnd(session, command, started, false, true);
  if (end?.status === 'completed') session.answer(command, end.result, () => resultLines(end.result));
  else if (end) tellEnd(session, command, end, started.flow);
}

function start(
  gateway: GatewayClient,
  ref: Ref,
  parameters: Record<string, unknown> | undefined,
  { idempotencyKey, dryRun, testMode, verbose, tag }: Partial<RunOptions>,
): Promise<RunOfDeployment> {
  return orMeant(gateway, ref, () =>
    gateway.post<RunOfDeployment>(
      deploymentPath(ref, 'run'),
      parameters === undefined ? {} : { parameters },
      {
        query: { dryRun, testMode, verbose, tag },
        headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      },
    ),
  );
}
