import type { ApplicationDto, ApplicationSummaryDto } from '#libs/contracts';
import type { Application } from './application.schema.js';
import { shownMailbox } from './outgoing.js';
import { standingOf } from './transitions.js';

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

/** Shows an application as lists do. */
export function applicationSummary(application: Application): ApplicationSummaryDto {
  const { _id, userId, jobId, identities, title, company, cvId, letterId } = application;
  const { channel, wentOut, to, applyUrl, testMode } = application;
  return {
    id: _id,
    userId,
    jobId,
    identities,
    title,
    company,
    cvId,
    letterId,
    status: standingOf(application, new Date()),
    channel,
    wentOut,
    to,
    applyUrl,
    preparedAt: application.preparedAt.toISOString(),
    sentAt: iso(application.sentAt),
    updatedAt: application.updatedAt.toISOString(),
    testMode,
  };
}

/** Shows an application whole. */
export function applicationView(application: Application): ApplicationDto {
  const { sha256, from, replyTo, subject, text } = application;
  const { attachments, warnings, approval, messageId, mailSha256, serverSaid, notes, history } = application;
  const { picture = null, revision } = application;
  return {
    ...applicationSummary(application),
    sha256,
    from: from && shownMailbox(from),
    replyTo,
    subject,
    text,
    attachments,
    warnings,
    approval: approval && { ...approval, at: approval.at.toISOString() },
    messageId,
    mailSha256,
    serverSaid,
    picture: picture && { ...picture, at: picture.at.toISOString() },
    notes,
    revision,
    history: history.map(({ at, from: before, to, by, note }) => ({
      at: at.toISOString(),
      from: before,
      to,
      by,
      note,
    })),
  };
}
