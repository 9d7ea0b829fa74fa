import MailComposer from 'nodemailer/lib/mail-composer';

export interface MailParts {
  readonly messageId: string;
  readonly date: Date;
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly fileName: string;
    readonly mediaType: string;
    readonly content: Buffer;
  }[];
}

/** Writes a whole mail as it goes over the wire (RFC 5322, MIME). Reads no file and no address of the web. */
export async function composeMail(parts: MailParts): Promise<Buffer> {
  const { messageId, date, from, replyTo, to, subject, text, attachments } = parts;
  const composer = new MailComposer({
    messageId,
    date,
    from: { name: from.name, address: from.address },
    ...(replyTo === null ? {} : { replyTo }),
    to: { name: '', address: to },
    subject,
    // As it goes over the wire: what is kept is what is sent, byte by byte.
    text: text.replace(/\r?\n/g, '\r\n'),
    attachments: attachments.map(({ fileName, mediaType, content }) => ({
      filename: fileName,
      contentType: mediaType,
      content,
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** Derives a Message-ID from what is sent, so that a copy is known for one wherever it arrives. */
export const messageIdOf = (id: string, sha256: string, from: string): string =>
  `<${id}.${sha256.slice(0, 16)}@${from.split('@').at(-1) ?? 'localhost'}>`;
