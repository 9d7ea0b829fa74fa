import { type Command, Option } from 'commander';
import type { Page } from '../gateway/gateway-client.js';
import type { OperationAnswer, OperationEntry } from '../gateway/resources.js';
import { readKeyValues } from '../parameters/key-values.js';
import { readObject } from '../parameters/read-document.js';
import type { Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { table } from '../terminal/table.js';
import { drawAnswer } from './draw-answer.js';
import { examples, repeated } from './list-options.js';
import { addInspectOperationCommand } from './inspect-entry.js';
import { getNamed } from './suggest.js';

interface LsOptions {
  readonly tag?: string;
  readonly category?: string;
  readonly service?: string;
  readonly search?: string;
}

interface RunOptions {
  readonly input?: string;
  readonly param?: readonly string[];
  readonly dryRun?: boolean;
  readonly testMode?: boolean;
  readonly verbose?: boolean;
}

export function addOperationCommands(program: Command, session: Session): void {
  const operation = program.command('operation').description('List operations and call them directly');

  examples(
    operation
      .command('ls')
      .description('List the operations of all services')
      .option('--tag <tag>')
      .option('--category <category>')
      .option('--service <service>')
      .option('--search <text>', 'in name and description')
      .action(async ({ search, ...filter }: LsOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const query = { ...filter, q: search };
        const { items } = await gateway.get<Page<OperationEntry>>('/operations', { query });
        session.answer(command, items, () => drawOperations(items, session));
      }),
    'operation ls --service scraper',
  );
  addInspectOperationCommand(operation, session);

  examples(
    operation
      .command('run')
      .description('Call one operation and wait for its result')
      .argument('<name>', 'name of the operation')
      .option('--input <json>', 'its input: JSON, @file, or - for standard input')
      .addOption(
        new Option('--param <key=value>', 'a field of the input; may be repeated').argParser(repeated),
      )
      .option('--dry-run', 'write nothing and call nobody outside')
      .option('--test-mode', 'sources are fixtures, mail goes to the catcher')
      .option('--verbose', 'keep the log lines in the record')
      .action((name: string, options: RunOptions, command: Command) => run(session, name, options, command)),
    `operation run notify --param message="it works"`,
    `operation run scrape_jobs --input '{"source":"arbeitnow","query":{"keywords":["python"]}}' --dry-run`,
    'operation run scrape_jobs --param source=arbeitnow --param query.keywords=python,backend',
  );
}

async function run(session: Session, name: string, options: RunOptions, command: Command): Promise<void> {
  const given =
    options.input === undefined ? {} : await readObject('--input', options.input, session.terminal);
  const gateway = await session.gateway(command);
  const entry = await getNamed<OperationEntry>(gateway, 'operation', name);
  const { dryRun, testMode, verbose } = options;
  const input = {
    ...given,
    ...readKeyValues(options.param ?? [], entry.inputSchema),
  };
  const stop = new AbortController();
  const release = session.terminal.onInterrupt(() => stop.abort());
  try {
    const path = `/operations/${encodeURIComponent(entry.name)}`;
    const query = { dryRun, testMode, verbose };
    const answer = await gateway.post<OperationAnswer>(path, input, { query, signal: stop.signal });
    if (answer.status === 'failed') session.exitCode = ExitCode.failed;
    session.answer(command, answer, () => drawAnswer(answer, session));
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    session.exitCode = ExitCode.interrupted;
    session.terminal.note(`Not waiting any longer; the service may still finish ${entry.name}.`);
  } finally {
    release();
  }
}

function drawOperations(operations: readonly OperationEntry[], { terminal }: Session): string {
  if (operations.length === 0) return 'No operations match; without filters all registered ones are listed.';
  return table(
    [
      { head: 'OPERATION', value: (operation) => operation.name },
      { head: 'SERVICE', value: (operation) => operation.service },
      { head: 'CATEGORY', value: (operation) => operation.category },
      { head: 'STAGE', value: (operation) => operation.stage },
      { head: 'DESCRIPTION', value: (operation) => operation.description, shrink: true },
    ],
    operations,
    terminal,
  );
}
