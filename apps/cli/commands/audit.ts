import { type Command, Option } from 'commander';
import type { GetLogStorageOutput, RebuildStateDto } from '#libs/contracts';
import { pauseFor } from '../gateway/pause.js';
import type { GatewayClient } from '../gateway/gateway-client.js';
import { readSince } from '../parameters/since.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { bytes, duration, percent } from '../terminal/format.js';
import { facts } from '../terminal/table.js';
import { examples } from './list-options.js';
import { saveLines } from './save-lines.js';
import { FLOW_RUN_STATUSES, TASK_RUN_STATUSES } from './statuses.js';

const LOOK_EVERY_MS = 1_000;
const KINDS = ['task-runs', 'flow-runs'] as const;

interface ExportOptions {
  readonly out: string;
  readonly since?: string;
  readonly until?: string;
  readonly status?: string;
  readonly flow?: string;
  readonly operation?: string;
  readonly tag?: string;
}

export function addAuditCommands(program: Command, session: Session): void {
  const audit = program.command('audit').description('Look after the records of what was done');

  examples(
    audit
      .command('storage')
      .description('Show how full the log is, and what the archive holds')
      .action(async (_options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const storage = await gateway.get<GetLogStorageOutput>('/audit/storage');
        session.answer(command, storage, () => drawStorage(storage, session));
      }),
    'audit storage',
  );

  examples(
    audit
      .command('rebuild')
      .description(
        'Make all records anew from the archive and the log; the old ones are there until it is done',
      )
      .option('--detach', 'begin and return at once; `audit rebuild --state` looks at it again')
      .addOption(new Option('--state', 'only show how the latest one stands').conflicts('detach'))
      .action((options: { detach?: boolean; state?: boolean }, command: Command) =>
        rebuild(session, options, command),
      ),
    'audit rebuild',
    'audit rebuild --state --json',
  );

  examples(
    audit
      .command('export')
      .description(
        'Write records into a file as JSON lines, the oldest first; packed where its name ends in .gz',
      )
      .argument('<kind>', `${KINDS.join(' or ')}`)
      .requiredOption('--out <file>', 'into this file; - for standard output')
      .option('--since <when>', 'made since: 30m, 1h, 7d or an ISO 8601 instant')
      .option('--until <when>', 'made before: 30m, 1h, 7d ago or an ISO 8601 instant')
      .option('--status <status>', 'records in this state')
      .option('--flow <name>', 'runs of this flow')
      .option('--operation <name>', 'executions of this operation')
      .option('--tag <tag>', 'records with this tag')
      .action((kind: string, options: ExportOptions, command: Command) =>
        exportRecords(session, kind, options, command),
      ),
    'audit export task-runs --since 30d --out task-runs.jsonl.gz',
    'audit export flow-runs --status failed --out -',
  );
}

function drawStorage(storage: GetLogStorageOutput, { terminal }: Session): string {
  const { limit, share } = storage;
  const of = limit === null ? 'no limit is known: set LOG_LIMIT_BYTES' : `of ${bytes(limit)}`;
  return facts(
    [
      ['log', `${bytes(storage.bytes)} ${of}${share === null ? '' : ` (${percent(share)})`}`],
      ['ended in log', `${storage.finishedInLog} runs`],
      ['archive', `${storage.archivedRuns} runs, ${bytes(storage.archivedBytes)}`],
    ],
    terminal,
  );
}

async function rebuild(
  session: Session,
  { detach, state: onlyState }: { readonly detach?: boolean; readonly state?: boolean },
  command: Command,
): Promise<void> {
  const gateway = await session.gateway(command);
  if (!onlyState) await gateway.post<RebuildStateDto>('/audit/rebuild', {});
  const last =
    detach || onlyState
      ? await gateway.get<RebuildStateDto>('/audit/rebuild')
      : await followed(session, gateway);
  if (last.state === 'failed' || last.state === 'broken off') session.exitCode = ExitCode.failed;
  session.answer(command, last, () => drawRebuild(last));
}

async function followed(session: Session, gateway: GatewayClient): Promise<RebuildStateDto> {
  const stop = new AbortController();
  const release = session.terminal.onInterrupt(() => stop.abort());
  let said = '';
  try {
    for (;;) {
      const state = await gateway.get<RebuildStateDto>('/audit/rebuild');
      if (state.state !== 'running') return state;
      const line = progressLine(state);
      if (line !== said) session.terminal.note(line);
      said = line;
      if (!stop.signal.aborted) await pauseFor(LOOK_EVERY_MS, stop.signal);
      if (stop.signal.aborted) {
        session.exitCode = ExitCode.interrupted;
        session.terminal.note('Not waiting any longer; the rebuild goes on.');
        return state;
      }
    }
  } finally {
    release();
  }
}

const PHASES: Readonly<Record<string, string>> = {
  archive: 'archived runs',
  RUN: 'messages of runs',
  CALLS: 'messages of calls',
};

function progressLine({ phase, done, total }: RebuildStateDto): string {
  const what = PHASES[phase ?? ''];
  return what === undefined ? 'putting the new records in place' : `${done} of ${total} ${what} read`;
}

function drawRebuild(state: RebuildStateDto): string {
  switch (state.state) {
    case 'none':
      return 'The records have never been rebuilt.';
    case 'running':
      return `A rebuild runs: ${progressLine(state)}.`;
    case 'broken off':
      return 'The latest rebuild was broken off; the records from before it are in place.';
    case 'failed':
      return `The latest rebuild failed: ${state.error ?? ''}. The records from before it are in place.`;
    case 'done': {
      const { result } = state;
      if (!result) return 'Rebuilt.';
      return (
        `Rebuilt ${result.taskRuns} task runs and ${result.flowRuns} flow runs out of ${result.archived} archived runs ` +
        `and ${result.events} events in ${duration(result.durationMs)}; ${result.carriedOver} records are kept of which ` +
        'nothing else tells any more.'
      );
    }
  }
}

async function exportRecords(
  session: Session,
  kind: string,
  options: ExportOptions,
  command: Command,
): Promise<void> {
  if (!KINDS.some((known) => known === kind))
    command.error(`error: there is no export of '${kind}': expected ${KINDS.join(' or ')}`, {
      code: 'commander.invalidArgument',
      exitCode: ExitCode.usage,
    });
  const statuses: readonly string[] = kind === 'task-runs' ? TASK_RUN_STATUSES : FLOW_RUN_STATUSES;
  const { out, since, until, status, flow, operation, tag } = options;
  if (status !== undefined && !statuses.includes(status))
    command.error(`error: --status ${status}: expected one of ${statuses.join(', ')}`, {
      code: 'commander.invalidArgument',
      exitCode: ExitCode.usage,
    });
  const gateway = await session.gateway(command);
  const stream = await gateway.stream(`/audit/export/${kind}`, {
    headers: { accept: 'application/x-ndjson' },
    query: {
      from: since === undefined ? undefined : readSince(since, session.now()),
      to: until === undefined ? undefined : readSince(until, session.now()),
      status,
      tag,
      ...(kind === 'flow-runs' ? { flow } : { operation }),
    },
  });
  const written = await saveLines(stream, out, session.terminal).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FailedError(`${out}: the export was broken off (${why}); nothing is left of it`, undefined, {
      cause,
    });
  });
  if (out === '-') return;
  session.answer(
    command,
    { file: out, ...written },
    () => `${written.records} records (${bytes(written.bytes)}) are written to ${out}.`,
  );
}
