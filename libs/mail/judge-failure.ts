/** What became of a mail. Nothing went out after `refused` and `later`. */
export type Delivery =
  | { readonly kind: 'sent'; readonly said: string }
  /** For good. */
  | { readonly kind: 'refused'; readonly said: string }
  /** For now. */
  | { readonly kind: 'later'; readonly said: string; readonly retryAfterMs?: number }
  /** It may have gone out. */
  | { readonly kind: 'unknown'; readonly said: string };

/** What a mail client tells of a failure. Source: nodemailer, smtp-connection. */
export interface SmtpFailure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly command?: string | undefined;
  /** The server's reply code, where it replied. */
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
}

/** Codes of failures that lie with the message or the account and that no waiting cures. */
const LASTING = new Set(['EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE', 'EREQUIRETLS', 'ECONFIG']);
/** A mailbox that is busy, and what greylisting answers with: it wants to be asked again after minutes. */
const GREYLISTING = new Set([450, 451]);
const GREYLIST_MS = 300_000;

/**
 * Judges why a mail was not sent. A reply of the server decides, at whatever point it comes: 4xx and 5xx say that it
 * has not taken the mail. Without a reply the mail is safe to try again only as long as none of it was handed over.
 * Source: RFC 5321, sections 4.2.5 and 6.1.
 */
export function judgeFailure(failure: SmtpFailure, handedOver: boolean): Delivery {
  const { responseCode, response, message, code } = failure;
  const said = (response ?? message).replace(/\s+/g, ' ').trim().slice(0, 500);
  if (responseCode !== undefined && responseCode >= 500) return { kind: 'refused', said };
  if (responseCode !== undefined && responseCode >= 400) {
    const wait = namedWait(said) ?? (GREYLISTING.has(responseCode) ? GREYLIST_MS : undefined);
    return { kind: 'later', said, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  if (handedOver) return { kind: 'unknown', said };
  return { kind: code !== undefined && LASTING.has(code) ? 'refused' : 'later', said };
}

/** Reads how long a server asks to wait, in milliseconds; a day at most. */
function namedWait(said: string): number | undefined {
  const [, count, unit = ''] = /\b(\d{1,5})\s*(s|secs?|seconds?|m|mins?|minutes?)\b/i.exec(said) ?? [];
  if (count === undefined) return undefined;
  return Math.min(Number(count) * (/^s/i.test(unit) ? 1_000 : 60_000), 86_400_000);
}
