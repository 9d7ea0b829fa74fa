import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { PrefillFormOutput } from '#libs/contracts';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { Session } from '../session.js';
import { FailedError, UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { examples } from './list-options.js';

interface PrefillOptions {
  readonly picture?: string;
  readonly dryRun?: true;
}

interface SavedPicture {
  readonly file: string;
  readonly bytes: number;
}

/** Adds what fills in an employer's form and shows it. */
export function addPrefillCommand(applications: Command, session: Session): void {
  examples(
    applications
      .command('prefill')
      .description('Fill in an employer’s form as far as it can be told, and show it; nothing is submitted')
      .argument('<application>', 'id of the application')
      .option('--picture <file>', 'save a picture of the filled form (PNG)')
      .option('--dry-run', 'open no page, and tell what is at hand to fill in')
      .action((id: string, options: PrefillOptions, command: Command) =>
        prefill(session, id, options, command),
      ),
    'applications prefill app_1f2e --picture form.png',
  );
}

async function prefill(
  session: Session,
  id: string,
  { picture, dryRun }: PrefillOptions,
  command: Command,
): Promise<void> {
  if (picture !== undefined && dryRun)
    throw new UsageError('--picture: a dry run opens no page, so there is no picture of it');
  const gateway = await session.gateway(command);
  const form = await gateway.post<PrefillFormOutput>(`/applications/${encodeURIComponent(id)}/prefill`, {
    dryRun,
  });
  const saved = picture === undefined ? undefined : await save(gateway, form, picture);
  if (!form.success || saved === null) session.exitCode = ExitCode.failed;
  const shown = { ...form, ...(saved === undefined ? {} : { picture: saved }) };
  session.answer(command, shown, () => draw(form, saved, session));
}

/** Saves the picture of the form; null where there is none. */
async function save(
  gateway: GatewayClient,
  { applicationId, screenshotSha256 }: PrefillFormOutput,
  file: string,
): Promise<SavedPicture | null> {
  if (screenshotSha256 === null) return null;
  const bytes = await gateway.file(
    `/applications/${encodeURIComponent(applicationId)}/files/${encodeURIComponent(screenshotSha256)}`,
  );
  await writeFile(file, bytes).catch((error: NodeJS.ErrnoException) => {
    throw new FailedError(`${file} cannot be written (${error.code ?? error.message})`, undefined, {
      cause: error,
    });
  });
  return { file, bytes: bytes.length };
}

function draw(
  form: PrefillFormOutput,
  saved: SavedPicture | null | undefined,
  { terminal }: Session,
): string {
  const { message, success, applyUrl, pageUrl, filled, left, applicationId, dryRun } = form;
  const said = sentence(message);
  return [
    success ? said : terminal.style('yellow', said),
    '',
    facts(
      [
        ['apply at', oneLine(applyUrl)],
        ['led to', pageUrl === null || pageUrl === applyUrl ? undefined : oneLine(pageUrl)],
      ],
      terminal,
    ),
    ...(filled.length === 0 ? [] : ['', drawFilled(form, terminal)]),
    ...(left.length === 0 ? [] : ['', 'Left to you:', ...left.map(leftLine)]),
    ...(saved === undefined ? [] : ['', pictureLine(saved)]),
    ...(dryRun
      ? []
      : ['', `Once you have handed it in: jobhunter applications set ${oneLine(applicationId)} sent`]),
  ].join('\n');
}

const drawFilled = ({ filled, dryRun }: PrefillFormOutput, terminal: Terminal): string =>
  table(
    [
      { head: dryRun ? 'AT HAND' : 'FILLED IN', value: ({ field }) => field },
      { head: 'AS THE PAGE NAMES IT', value: ({ label }) => label, shrink: true, max: 40 },
      { head: dryRun ? 'WHAT' : 'WITH', value: ({ value }) => value, shrink: true },
    ],
    filled,
    terminal,
  );

const leftLine = ({ label, required, why }: PrefillFormOutput['left'][number]): string =>
  `  ${oneLine(label)}${required ? ' (required)' : ''}: ${oneLine(why)}`;

const pictureLine = (saved: SavedPicture | null): string =>
  saved === null
    ? 'There is no picture: none could be taken.'
    : `Picture saved as ${saved.file} (${count(saved.bytes, 'byte')}).`;

/** Makes a sentence of its own of what the service says. */
function sentence(message: string): string {
  const said = oneLine(message);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? '' : '.'}`;
}
