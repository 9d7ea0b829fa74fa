import type { Command } from 'commander';
import { Option } from 'commander';
import type {
  AnalyticsRunOutput,
  FlowStatsDto,
  OperationStatsDto,
  StatsDto,
  TrendPointDto,
} from '#libs/contracts';
import { readSince } from '../parameters/since.js';
import type { Session } from '../session.js';
import { duration, instant, percent } from '../terminal/format.js';
import { type Column, table } from '../terminal/table.js';
import { examples } from './list-options.js';
import { drawRunStats } from './run-stats.js';

interface StatsOptions {
  readonly since?: string;
  readonly by: 'operation' | 'user';
  readonly trend?: 'hour' | 'day';
  readonly run?: string;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function addStatsCommand(program: Command, session: Session): void {
  examples(
    program
      .command('stats')
      .description('Show success rates and durations by flow and by operation')
      .option('--since <when>', 'counts what was made since: 30m, 1h, 7d or an ISO 8601 instant')
      .addOption(
        new Option('--by <what>', 'rows of the second table')
          .choices(['operation', 'user'])
          .default('operation'),
      )
      .addOption(new Option('--trend <unit>', 'adds a table over time').choices(['hour', 'day']))
      .addOption(
        new Option('--run <id>', 'of one flow run, by operation').conflicts(['since', 'by', 'trend']),
      )
      .action((options: StatsOptions, command: Command) =>
        options.run === undefined
          ? showStats(session, options, command)
          : showRunStats(session, options.run, command),
      ),
    'stats --since 7d',
    'stats --by user --trend day --since 7d',
    'stats --run 01JD2Z',
  );
}

async function showRunStats(session: Session, run: string, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const stats = await gateway.get<AnalyticsRunOutput>(`/analytics/flow-runs/${encodeURIComponent(run)}`);
  session.answer(command, stats, () => drawRunStats(stats, statsColumns, session));
}

async function showStats(session: Session, options: StatsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const from = options.since === undefined ? undefined : readSince(options.since, session.now());
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [flows, operations, trend] = await Promise.all([
    gateway.get<Items<FlowStatsDto>>('/analytics/flows', { query: { from } }),
    gateway.get<Items<OperationStatsDto>>('/analytics/operations', { query: { from, groupBy: options.by } }),
    options.trend === undefined
      ? undefined
      : gateway.get<Items<TrendPointDto>>('/analytics/trend', {
          query: { from, unit: options.trend, timeZone },
        }),
  ]);
  const answer = {
    flows: flows.items,
    operations: operations.items,
    ...(trend === undefined ? {} : { trend: trend.items }),
  };
  session.answer(command, answer, () => draw(answer, options.by, session));
}

function draw(
  stats: {
    readonly flows: readonly FlowStatsDto[];
    readonly operations: readonly OperationStatsDto[];
    readonly trend?: readonly TrendPointDto[];
  },
  by: string,
  { terminal }: Session,
): string {
  if (stats.flows.length === 0 && stats.operations.length === 0) return 'Nothing has run in that time.';
  const parts: string[] = [];
  if (stats.flows.length > 0) {
    const flow: Column<FlowStatsDto> = { head: 'FLOW', value: (row) => row.flow, shrink: true };
    parts.push(table([flow, ...statsColumns<FlowStatsDto>((row) => row.runs)], stats.flows, terminal));
  }
  if (stats.operations.length > 0) {
    const columns: Column<OperationStatsDto>[] = [
      { head: by.toUpperCase(), value: (row) => row.key, shrink: true },
      ...statsColumns<OperationStatsDto>((row) => row.all),
      { head: 'DIRECT', value: (row) => row.direct.count, align: 'right' },
      { head: 'IN FLOWS', value: (row) => row.orchestrated.count, align: 'right' },
    ];
    parts.push(table(columns, stats.operations, terminal));
  }
  if (stats.trend !== undefined && stats.trend.length > 0) {
    const since: Column<TrendPointDto> = { head: 'FROM', value: (row) => instant(row.at) };
    parts.push(table([since, ...statsColumns<TrendPointDto>((row) => row.stats)], stats.trend, terminal));
  }
  return parts.join('\n\n');
}

function statsColumns<Row>(of: (row: Row) => StatsDto): Column<Row>[] {
  return [
    { head: 'COUNT', value: (row) => of(row).count, align: 'right' },
    { head: 'OK', value: (row) => of(row).success, align: 'right' },
    { head: 'FAILED', value: (row) => of(row).failed, align: 'right' },
    { head: 'OPEN', value: (row) => of(row).open, align: 'right' },
    { head: 'SUCCESS', value: (row) => percent(of(row).successRate), align: 'right' },
    { head: 'MEAN', value: (row) => duration(of(row).meanMs), align: 'right' },
    { head: 'P95', value: (row) => duration(of(row).p95Ms), align: 'right' },
  ];
}
