import type { Command } from 'commander';
import type { LineageEntryDto } from '#libs/contracts';
import type { Page } from '../gateway/gateway-client.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { paintStatus } from '../terminal/status-style.js';
import { table } from '../terminal/table.js';
import { examples, limitOption, moreLine } from './list-options.js';

interface Row extends LineageEntryDto {
  readonly collection: string;
  readonly documentId: string;
}

export function addLineageCommands(program: Command, session: Session): void {
  const lineage = program
    .command('lineage')
    .description('Follow documents to what has made or touched them, and runs to what they have made');

  examples(
    lineage
      .command('run')
      .description('List what a run and the runs that it started have made or touched, in order')
      .argument('<run>', 'id of the run')
      .option('--collection <name>', 'documents of this collection alone')
      .addOption(limitOption(100))
      .action(async (id: string, options: { collection?: string; limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const { collection, limit } = options;
        const path = `/lineage/runs/${encodeURIComponent(id)}`;
        const page = await gateway.list<LineageEntryDto>(path, { collection }, limit);
        session.answer(command, page, () => draw(page, 'It has made and touched nothing.', session));
      }),
    'lineage run 01JD2Z --collection jobs',
  );

  examples(
    lineage
      .command('document')
      .description('List what has made or touched a document, the latest first')
      .argument('<collection>', 'such as jobs, cvs, letters or applications')
      .argument('<document>', 'id of the document')
      .addOption(limitOption(20))
      .action(async (collection: string, id: string, { limit }: { limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const path = `/lineage/${encodeURIComponent(collection)}/${encodeURIComponent(id)}`;
        const page = await gateway.list<LineageEntryDto>(path, {}, limit);
        session.answer(command, page, () => draw(page, 'Nothing on record has made or touched it.', session));
      }),
    'lineage document jobs job_01JD2Z',
  );
}

function draw(page: Page<LineageEntryDto>, none: string, { terminal }: Session): string {
  const rows = page.items.flatMap((entry) =>
    entry.documents.map((document): Row => ({ ...entry, ...document })),
  );
  if (rows.length === 0) return none;
  return (
    table(
      [
        { head: 'AT', value: ({ at }) => instant(at) },
        { head: 'COLLECTION', value: ({ collection }) => collection },
        { head: 'DOCUMENT', value: ({ documentId }) => documentId },
        { head: 'OPERATION', value: ({ operationName }) => operationName, shrink: true },
        { head: 'STATUS', value: ({ status }) => status, paint: paintStatus(terminal) },
        { head: 'TASK RUN', value: ({ taskRunId }) => taskRunId },
        { head: 'FLOW RUN', value: ({ flowRunId }) => flowRunId },
      ],
      rows,
      terminal,
    ) + moreLine(page)
  );
}
