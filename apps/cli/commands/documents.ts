import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { DOCUMENT_SORTS } from '#libs/contracts';
import type { DocumentDto, DocumentFormat, DocumentSummaryDto, TemplateDto } from '#libs/contracts';
import type { Page } from '../gateway/gateway-client.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { examples, limitOption, moreLine, sortOption } from './list-options.js';
import { DOCUMENT_FORMATS } from './statuses.js';

interface LsOptions {
  readonly kind: 'cv' | 'letter';
  readonly job?: string;
  readonly sort?: string;
  readonly limit: number;
}

interface SaveOptions {
  readonly format: DocumentFormat;
  readonly to?: string;
}

const KINDS = ['cv', 'letter'] as const;

export function addDocumentsCommands(program: Command, session: Session): void {
  const documents = program
    .command('documents')
    .description('Look at CVs and letters, and save them as files');

  examples(
    documents
      .command('ls')
      .description('List CVs or letters, the newest first')
      .addOption(new Option('--kind <kind>', 'which of them').choices(KINDS).default('cv'))
      .option('--job <id>', 'written for this job')
      .addOption(sortOption(DOCUMENT_SORTS))
      .addOption(limitOption(50))
      .action(async ({ kind, job: jobId, sort, limit }: LsOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<DocumentSummaryDto>('/documents', { kind, jobId, sort }, limit);
        session.answer(command, page, () =>
          page.items.length === 0
            ? `No ${kind === 'cv' ? 'CVs' : 'letters'}. Write some: jobhunter flow run apply_to_job --job-id <job>`
            : drawDocuments(page.items, session) + moreLine(page),
        );
      }),
    'documents ls',
    'documents ls --kind letter --job 674f0c',
  );

  examples(
    documents
      .command('show')
      .description('Show what a CV or letter says, and where in the profile each claim comes from')
      .argument('<document>', 'id of the CV or letter')
      .addOption(new Option('--kind <kind>', 'what it is').choices(KINDS).default('cv'))
      .action(async (id: string, { kind }: Pick<LsOptions, 'kind'>, command: Command) => {
        const gateway = await session.gateway(command);
        const path = `/documents/${kind === 'cv' ? 'cvs' : 'letters'}/${encodeURIComponent(id)}`;
        const found = await gateway.get<DocumentDto>(path);
        session.answer(command, found, () => drawDocument(found, session));
      }),
    'documents show letter_1f2e --kind letter',
  );

  examples(
    documents
      .command('save')
      .description('Save a CV or letter as a file')
      .argument('<document>', 'id of the CV or letter')
      .addOption(
        new Option('--format <format>', 'png is a picture of page one')
          .choices(DOCUMENT_FORMATS)
          .default('pdf'),
      )
      .option('--to <file>', 'where to; <document>.<format> here, if left out')
      .action(async (id: string, { format, to = `${id}.${format}` }: SaveOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const bytes = await gateway.file(`/documents/${encodeURIComponent(id)}/file`, { query: { format } });
        await writeFile(to, bytes).catch((error: NodeJS.ErrnoException) => {
          throw new FailedError(`${to} cannot be written (${error.code ?? error.message})`);
        });
        session.answer(
          command,
          { file: to, bytes: bytes.length },
          () => `Saved as ${to} (${bytes.length} bytes).`,
        );
      }),
    'documents save cv_1f2e --format docx --to cv.docx',
  );

  examples(
    documents
      .command('templates')
      .description('List the templates that CVs and letters can be written with')
      .addOption(new Option('--kind <kind>', 'for which of them').choices(KINDS))
      .action(async ({ kind }: { kind?: LsOptions['kind'] }, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.get<Page<TemplateDto>>('/documents/templates', { query: { kind } });
        session.answer(command, page, () => drawTemplates(page.items, session));
      }),
    'documents templates --kind letter',
  );
}

function drawTemplates(templates: readonly TemplateDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'TEMPLATE', value: ({ name }) => name },
      { head: 'KIND', value: ({ kind }) => kind },
      { head: 'TITLE', value: ({ title }) => title, shrink: true, max: 60 },
      { head: 'LANGUAGES', value: ({ languages }) => languages.join(', ') },
      { head: 'OWN', value: ({ builtIn }) => (builtIn ? '' : 'yes') },
    ],
    templates,
    terminal,
  );
}

function drawDocuments(documents: readonly DocumentSummaryDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'DOCUMENT', value: (item) => item.id },
      { head: 'FOR', value: (item) => item.jobTitle, shrink: true, max: 50 },
      { head: 'COMPANY', value: (item) => item.company, shrink: true, max: 30 },
      { head: 'TEMPLATE', value: (item) => item.template },
      { head: 'LANGUAGE', value: (item) => item.language },
      { head: 'PAGES', value: (item) => item.pages, align: 'right' },
      { head: 'WRITTEN', value: (item) => instant(item.createdAt) },
    ],
    documents,
    terminal,
  );
}

function drawDocument(document: DocumentDto, { terminal }: Session): string {
  return [
    facts(
      [
        ['for', `${oneLine(document.jobTitle)} at ${oneLine(document.company)}`],
        ['template', document.template],
        ['profile', `version ${document.profileVersion}`],
        ['sha256', document.sha256],
      ],
      terminal,
    ),
    '',
    safeLines(document.markdown),
  ].join('\n');
}
