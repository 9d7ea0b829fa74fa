import { type Command, Option } from 'commander';
import type { Page } from '../gateway/gateway-client.js';
import type { FlowEntry, RunEnd, StartedRun } from '../gateway/resources.js';
import { exitCodeOfRun, followRun } from '../runs/follow-run.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { safeLines } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import { addParameterOptions, readFlowParameters, type ParameterOptions } from './flow-parameters.js';
import { examples, repeated } from './list-options.js';
import { addInspectFlowCommand } from './inspect-entry.js';
import { getNamed } from './suggest.js';

interface RunOptions extends ParameterOptions {
  readonly idempotencyKey?: string;
  readonly tag?: readonly string[];
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
  readonly detach?: boolean;
  readonly cancelOnInterrupt?: boolean;
}

export function addFlowCommands(program: Command, session: Session): void {
  const flow = program.command('flow').description('List flows and run them');

  examples(
    flow
      .command('ls')
      .description('List the flows that can be run')
      .action(async (_options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const { items } = await gateway.get<Page<FlowEntry>>('/workflows');
        session.answer(command, items, () => drawFlows(items, session));
      }),
    'flow ls',
  );
  addInspectFlowCommand(flow, session);

  const run = addParameterOptions(
    flow
      .command('run')
      .description('Run a flow and watch it; `flow run <flow> --help` shows its parameters')
      .argument('[flow]', 'name or alias of the flow'),
  )
    .option('--idempotency-key <key>', 'the same key starts the same run only once')
    .addOption(new Option('--tag <tag>', 'a tag for the run; may be repeated').argParser(repeated))
    .option('--dry-run', 'write nothing and call nobody outside')
    .option('--test-mode', 'sources are fixtures, mail goes to the catcher')
    .option('--verbose', 'keep the log lines in the records')
    .option('--detach', 'start the run and return at once')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the run; otherwise it goes on by itself')
    .action((name: string | undefined, _rest: unknown, options: RunOptions, command: Command) =>
      runFlow(session, name, command.args.slice(1), options, command),
    );
  examples(
    run,
    'flow run scrape_jobs --keywords python,backend --location Berlin --limit 5',
    'flow run scrape_jobs --help',
    'flow run scrape_jobs --params search.json --no-notify --detach',
    'flow run scrape_jobs --param keywords=python --idempotency-key monday --json',
  );
}

async function runFlow(
  session: Session,
  name: string | undefined,
  rest: readonly string[],
  options: RunOptions,
  command: Command,
): Promise<void> {
  if (name === '--help' || name === '-h') {
    command.outputHelp();
    return;
  }
  if (name === undefined || name.startsWith('-')) {
    throw new UsageError(
      'name the flow first: jobhunter flow run <flow> [parameters]',
      'see `jobhunter flow ls`',
    );
  }
  const gateway = await session.gateway(command);
  const entry = await getNamed<FlowEntry>(gateway, 'flow', name);
  const input = {
    ...(await readFlowParameters(session, entry, rest, options, command, `flow run ${entry.name}`)),
    ...flagsIn(entry, options),
  };
  const started = await gateway.post<StartedRun>(`/workflows/${encodeURIComponent(entry.name)}`, input, {
    query: flagQuery(options),
    headers: options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey },
  });
  if (started.existing) {
    session.terminal.note(`this idempotency key had started run ${started.runId} before; it is shown`);
  }
  if (options.detach) {
    session.answer(command, started, () => drawStarted(started, gateway.url));
    return;
  }
  await watchToTheEnd(session, command, started, options.cancelOnInterrupt ?? false);
}

/** Follows a run, tells how it ended and sets the exit code. */
export async function watchToTheEnd(
  session: Session,
  command: Command,
  run: Pick<StartedRun, 'runId' | 'flow'>,
  cancelOnInterrupt: boolean,
): Promise<void> {
  const end = await followToTheEnd(session, command, run, cancelOnInterrupt);
  if (end) tellEnd(session, command, end, run.flow);
}

/** Follows a run and sets the exit code; undefined where Ctrl-C came before the end. */
export async function followToTheEnd(
  session: Session,
  command: Command,
  { runId, flow }: Pick<StartedRun, 'runId' | 'flow'>,
  cancelOnInterrupt: boolean,
  quietOutput = session.wantsJson(command),
): Promise<RunEnd | undefined> {
  const gateway = await session.gateway(command);
  const { terminal } = session;
  const { end } = await followRun({ gateway, terminal, runId, flow, cancelOnInterrupt, quietOutput });
  session.exitCode = end ? exitCodeOfRun(end) : ExitCode.interrupted;
  if (!end) terminal.note(stillRunning(runId));
  return end;
}

/** Tells how a run has ended. */
export function tellEnd(session: Session, command: Command, end: RunEnd, flow: string): void {
  session.answer(command, { ...end, flow }, () => drawEnd(end));
}

function stillRunning(runId: string): string {
  return [
    `The run goes on by itself. To watch it:  jobhunter flow-run watch ${runId}`,
    `To cancel it:                            jobhunter flow-run cancel ${runId}`,
  ].join('\n');
}

// A flow may have a parameter of its own that is named like a flag of the platform: then it gets both.
function flagsIn(entry: FlowEntry, options: RunOptions): Record<string, boolean> {
  const flags = (['dryRun', 'testMode', 'verbose'] as const).filter(
    (flag) => options[flag] && Object.hasOwn(entry.inputSchema.properties ?? {}, flag),
  );
  return Object.fromEntries(flags.map((flag) => [flag, true]));
}

function flagQuery({ dryRun, testMode, verbose, tag }: RunOptions) {
  return { dryRun, testMode, verbose, tag };
}

/** Tells of a run that goes on, and how to look at it. */
export function drawStarted(
  { runId, flow, links }: Pick<StartedRun, 'runId' | 'flow' | 'links'>,
  url: string,
): string {
  const ways = {
    watch: `jobhunter flow-run watch ${runId}`,
    inspect: `jobhunter flow-run inspect ${runId}`,
    ...Object.fromEntries(Object.entries(links).map(([name, link]) => [name, new URL(link, url).href])),
  };
  const width = Math.max(...Object.keys(ways).map((name) => name.length));
  return [
    `${flow} started: ${runId}`,
    ...Object.entries(ways).map(([name, way]) => `  ${name.padEnd(width)}  ${way}`),
  ].join('\n');
}

function drawEnd(end: RunEnd): string {
  const lines = [`\n${end.runId} ${end.status}`];
  if (end.error) lines.push(safeLines(end.error.message));
  if (end.result !== undefined && end.result !== null) lines.push(resultLines(end.result));
  if (end.status !== 'completed') lines.push(`What happened: jobhunter flow-run inspect ${end.runId}`);
  return lines.join('\n');
}

function drawFlows(flows: readonly FlowEntry[], { terminal }: Session): string {
  if (flows.length === 0)
    return 'No flows are registered; is an orchestrator running? See `jobhunter doctor`.';
  return table(
    [
      { head: 'FLOW', value: (flow) => flow.name },
      { head: 'ALIASES', value: (flow) => flow.aliases.join(', ') },
      { head: 'VERSION', value: (flow) => flow.version },
      { head: 'DESCRIPTION', value: (flow) => flow.description, shrink: true },
    ],
    flows,
    terminal,
  );
}
