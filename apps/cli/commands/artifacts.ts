import { type Command, Option } from 'commander';
import { ARTIFACT_KINDS, ARTIFACT_SORTS } from '#libs/contracts';
import type { Artifact } from '../gateway/resources.js';
import { readSince } from '../parameters/since.js';
import type { Session } from '../session.js';
import { bytes, instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import { drawArtifact } from './artifact-lines.js';
import { examples, limitOption, moreLine, sortOption } from './list-options.js';

interface LsOptions {
  readonly flow?: string;
  readonly flowRun?: string;
  readonly key?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly sort?: string;
  readonly limit: number;
}

export function addArtifactsCommands(program: Command, session: Session): void {
  const artifacts = program.command('artifacts').description('Look at what runs have shown to people');

  examples(
    artifacts
      .command('ls')
      .description('List artifacts, the newest first')
      .option('--flow <name>', 'of runs of this flow')
      .option('--flow-run <id>', 'of this run')
      .option('--key <key>', 'all versions of one artifact')
      .addOption(new Option('--kind <kind>', 'of this kind').choices([...ARTIFACT_KINDS]))
      .option('--since <when>', 'recorded since: 30m, 1h, 7d or an ISO 8601 instant')
      .addOption(sortOption(ARTIFACT_SORTS))
      .addOption(limitOption(20))
      .action((options: LsOptions, command: Command) => list(session, options, command)),
    'artifacts ls --flow scrape_jobs --since 7d',
    'artifacts ls --key report --json',
  );

  examples(
    artifacts
      .command('show')
      .description('Show one artifact whole')
      .argument('<artifact>', 'id of the artifact')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const artifact = await gateway.get<Artifact>(`/artifacts/${encodeURIComponent(id)}`);
        session.answer(command, artifact, () => drawArtifact(artifact, session));
      }),
    'artifacts show 01JD2Z.4',
  );
}

async function list(session: Session, options: LsOptions, command: Command): Promise<void> {
  const gateway = await session.gateway(command);
  const { flow, flowRun, key, kind, since, sort, limit } = options;
  const from = since === undefined ? undefined : readSince(since, session.now());
  const page = await gateway.list<Artifact>(
    '/artifacts',
    { flow, flowRunId: flowRun, key, kind, from, sort },
    limit,
  );
  session.answer(command, page, () =>
    page.items.length === 0 ? 'No artifacts.' : drawArtifacts(page.items, session) + moreLine(page),
  );
}

function drawArtifacts(artifacts: readonly Artifact[], { terminal }: Session): string {
  return table(
    [
      { head: 'ARTIFACT', value: ({ id }) => id },
      { head: 'KIND', value: ({ kind }) => kind },
      { head: 'KEY', value: ({ key }) => key, shrink: true, max: 30 },
      { head: 'TITLE', value: ({ title }) => (title === null ? '' : oneLine(title)), shrink: true, max: 50 },
      { head: 'SIZE', value: (artifact) => bytes(artifact.bytes), align: 'right' },
      { head: 'FLOW', value: ({ flow }) => flow, shrink: true },
      { head: 'FLOW RUN', value: ({ flowRunId }) => flowRunId },
      { head: 'CREATED', value: ({ createdAt }) => instant(createdAt) },
    ],
    artifacts,
    terminal,
  );
}
