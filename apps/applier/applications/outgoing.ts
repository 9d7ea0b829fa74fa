import { createHash } from 'node:crypto';
import type { AttachmentDto, Channel } from '#libs/contracts';

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** Exactly what goes out, and where to. */
export interface Outgoing {
  readonly userId: string;
  readonly testMode: boolean;
  readonly jobId: string;
  readonly channel: Channel;
  /** Null for a form. */
  readonly from: Mailbox | null;
  readonly replyTo: string | null;
  readonly to: string | null;
  readonly applyUrl: string | null;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly AttachmentDto[];
}

/** Writes a mailbox as a header shows it. */
export const shownMailbox = ({ name, address }: Mailbox): string =>
  name === '' ? address : `${name} <${address}>`;

/** The first value tells the canonical form from later ones. */
const FORM = 1;

/**
 * Writes what goes out in its one canonical form: JSON in UTF-8, a list whose order is fixed. It holds the headers
 * that matter to the person and to who gets it, the whole text, and each attachment by name, type and SHA-256.
 */
export function canonicalBytes(out: Outgoing): Buffer {
  const attachments = out.attachments.map(({ kind, fileName, mediaType, sha256 }) => [
    kind,
    fileName,
    mediaType,
    sha256,
  ]);
  const { userId, testMode, jobId, channel, from, replyTo, to, applyUrl, subject, text } = out;
  const sender = from && [from.name, from.address];
  return Buffer.from(
    JSON.stringify([
      FORM,
      userId,
      testMode,
      jobId,
      channel,
      sender,
      replyTo,
      to,
      applyUrl,
      subject,
      text,
      attachments,
    ]),
  );
}

/** Gives the SHA-256 that an approval is bound to, in hex. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
