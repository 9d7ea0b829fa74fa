import { Inject, Injectable } from '@nestjs/common';
import { GetDocument, GetJob, GetProfile } from '#libs/contracts';
import type { ApplicationWarningDto, AttachmentDto, JobDto, ProfileDto } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { APPLIER_SETTINGS } from '../applier-tokens.js';
import { hasAccount, NoMailAccountError } from '../mail/smtp-account.js';
import type { ApplierSettings } from '../settings/applier-settings.js';
import { ApplicationsStore, ownerOf } from './applications.store.js';
import { employerKey } from './employer-name.js';
import { NoAddressError, NoSenderError, WrongDocumentError } from './errors.js';
import { findAddress } from './find-address.js';
import type { Address } from './find-address.js';
import type { Mailbox, Outgoing } from './outgoing.js';
import { oneLine, senderOf } from './sender.js';
import { SendingDaysStore } from './sending-days.store.js';
import { warningsOf } from './warnings.js';
import { formSummaryOf, mailTextOf } from './wording.js';

export interface Wanted {
  readonly jobId: string;
  readonly cvId: string;
  readonly letterId?: string | null | undefined;
  readonly channel?: Outgoing['channel'] | undefined;
}

export interface Composed {
  readonly job: JobDto;
  readonly profile: ProfileDto;
  readonly out: Outgoing;
  readonly files: readonly Buffer[];
  /** Addresses in the posting between which it cannot be told, and whether only an account is missing. */
  readonly several: readonly string[];
  readonly lacksAccount: boolean;
}

/** Puts together what would go out. Asks the services that own job, profile and documents; keeps nothing. */
@Injectable()
export class Composer {
  constructor(
    private readonly store: ApplicationsStore,
    private readonly days: SendingDaysStore,
    @Inject(APPLIER_SETTINGS) private readonly settings: ApplierSettings,
  ) {}

  async compose(wanted: Wanted, run: OperationRun): Promise<Composed> {
    const { jobId, cvId, letterId } = wanted;
    const [job, profile, cv, letter] = await Promise.all([
      run.call(GetJob, { jobId }),
      run.call(GetProfile, {}),
      this.document('cvId', cvId, run),
      letterId ? this.document('letterId', letterId, run) : null,
    ]);
    const documents = withOwnNames([cv, ...(letter ? [letter] : [])]);
    const attachments = documents.map(({ attachment }) => attachment);
    const owner = ownerOf(run);
    const found = findAddress(job);
    const withAccount = hasAccount(this.settings, owner);
    const byMail =
      wanted.channel === 'email' || (wanted.channel === undefined && found.address && withAccount);
    const shared = { ...owner, jobId, attachments };
    const out: Outgoing = byMail
      ? {
          ...shared,
          ...this.mail({
            job,
            profile,
            found,
            withAccount,
            withLetter: letter !== null,
            testMode: owner.testMode,
          }),
        }
      : { ...shared, ...form(job, profile, found, attachments) };
    return {
      job,
      profile,
      out,
      files: documents.map(({ content }) => content),
      several: found.several,
      lacksAccount: !byMail && found.address !== null && !withAccount,
    };
  }

  /** Names what a person should know, as things stand now. `except` are applications to the same opening. */
  async warnings(
    { job, profile, several, lacksAccount }: Pick<Composed, 'job' | 'profile' | 'several' | 'lacksAccount'>,
    run: OperationRun,
    except: readonly string[],
  ): Promise<ApplicationWarningDto[]> {
    const now = new Date();
    const owner = ownerOf(run);
    const [earlier, sentToday] = await Promise.all([
      this.store.toEmployer(owner, employerKey(job.company), except),
      this.days.count({ ...owner, now }),
    ]);
    const { preferences } = profile;
    return warningsOf({ job, preferences, earlier, sentToday, several, lacksAccount, now });
  }

  private mail({ job, profile, found, withAccount, withLetter, testMode }: MailCase) {
    const { address, subject: wished, several } = found;
    if (address === null) throw new NoAddressError(job.id, several);
    if (!withAccount) throw new NoMailAccountError(testMode ? 'CATCHER_SMTP_URL' : 'SMTP_URL');
    const sender = senderOf(profile);
    const { mailFrom, mailReplyTo } = this.settings;
    const from: Mailbox = mailFrom ?? { name: sender.name.replace(/[<>"]/g, ''), address: sender.email };
    if (from.address === '') throw new NoSenderError();
    const replyTo = mailReplyTo ?? sender.email;
    const { subject, text } = mailTextOf(job, sender, withLetter);
    return {
      channel: 'email' as const,
      from,
      replyTo: replyTo === '' || replyTo === from.address ? null : replyTo,
      to: address,
      applyUrl: null,
      subject: wished === null ? subject : oneLine(wished),
      text,
    };
  }

  private async document(field: 'cvId' | 'letterId', documentId: string, run: OperationRun): Promise<Loaded> {
    const { kind, fileName, mediaType, sha256, bytes, content } = await run.call(GetDocument, {
      documentId,
      format: 'pdf',
    });
    if (kind !== (field === 'cvId' ? 'cv' : 'letter')) throw new WrongDocumentError(field, documentId, kind);
    return {
      attachment: { kind, documentId, fileName: safeName(fileName, kind), mediaType, sha256, bytes },
      content: Buffer.from(content, 'base64'),
    };
  }
}

interface MailCase {
  readonly job: JobDto;
  readonly profile: ProfileDto;
  readonly found: Address;
  readonly withAccount: boolean;
  readonly withLetter: boolean;
  readonly testMode: boolean;
}

interface Loaded {
  readonly attachment: AttachmentDto;
  readonly content: Buffer;
}

function form(job: JobDto, profile: ProfileDto, found: Address, attachments: readonly AttachmentDto[]) {
  const { address, several } = found;
  const names = attachments.map(({ fileName }) => fileName);
  const words = formSummaryOf(job, senderOf(profile), address === null ? several : [address], names);
  const { applyUrl, url } = job;
  return {
    channel: 'form' as const,
    from: null,
    replyTo: null,
    to: null,
    applyUrl: applyUrl ?? url,
    ...words,
  };
}

/** A name without a folder, whatever an employer is called. */
const safeName = (fileName: string, kind: string): string =>
  oneLine(fileName.split(/[/\\]/).at(-1) ?? '', 120).replace(/^\.+/, '') || `${kind}.pdf`;

/** Two files of one name would become one in a folder. */
function withOwnNames(documents: readonly Loaded[]): Loaded[] {
  const taken = new Set<string>();
  return documents.map((document) => {
    const { fileName, kind } = document.attachment;
    const own = taken.has(fileName.toLowerCase()) ? `${kind}-${fileName}` : fileName;
    taken.add(own.toLowerCase());
    return { ...document, attachment: { ...document.attachment, fileName: own } };
  });
}
