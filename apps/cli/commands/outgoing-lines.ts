import type { ApplicationDto } from '#libs/contracts';
import { oneLine, safeLines } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

/** What goes out with an application, as approvals show it. */
export type Outgoing = Pick<
  ApplicationDto,
  | 'sha256'
  | 'channel'
  | 'from'
  | 'replyTo'
  | 'to'
  | 'subject'
  | 'text'
  | 'attachments'
  | 'warnings'
  | 'applyUrl'
> & { readonly applicationId: string };

/** Tells whether an approval is about an application that is to go out. */
export function isOutgoing(payload: unknown): payload is Outgoing {
  if (typeof payload !== 'object' || payload === null) return false;
  const { applicationId, sha256, text, attachments, warnings } = payload as Partial<Record<string, unknown>>;
  return (
    [applicationId, sha256, text].every((value) => typeof value === 'string') &&
    Array.isArray(attachments) &&
    Array.isArray(warnings)
  );
}

/** Draws exactly what would go out, what is doubtful about it first. */
export function outgoingLines(outgoing: Outgoing, terminal: Terminal): string[] {
  const { channel, from, replyTo, to, subject, text, attachments, applyUrl, sha256 } = outgoing;
  const told = (value: string | null | undefined) => (value ? oneLine(value) : undefined);
  return [
    ...warningLines(outgoing, terminal),
    facts(
      [
        ['channel', channel === 'form' ? 'form: you hand it in yourself' : channel],
        ['to', told(to)],
        ['apply at', told(applyUrl)],
        ['from', told(from)],
        ['reply to', told(replyTo)],
        ['subject', told(subject)],
        ['sha256', sha256],
      ],
      terminal,
    ),
    '',
    safeLines(text.trimEnd()),
    '',
    attachments.length === 0 ? 'No files go with it.' : fileTable(attachments, terminal),
  ];
}

export const warningLines = (
  { warnings }: Pick<Outgoing, 'warnings'>,
  terminal: Pick<Terminal, 'style'>,
): string[] => warnings.map(({ message }) => terminal.style('yellow', `! ${oneLine(message)}`));

export function fileTable(attachments: Outgoing['attachments'], terminal: Terminal): string {
  return table(
    [
      { head: 'FILE', value: (file) => file.fileName, shrink: true },
      { head: 'WHAT', value: (file) => file.kind },
      { head: 'BYTES', value: (file) => file.bytes, align: 'right' },
      { head: 'SHA256', value: (file) => file.sha256 },
    ],
    attachments,
    terminal,
  );
}
