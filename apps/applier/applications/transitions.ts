import { ApplicationStatus } from '#libs/contracts';

type Status = ApplicationStatus;

const AFTER_SENDING = [
  ApplicationStatus.sent,
  ApplicationStatus.answered,
  ApplicationStatus.interview,
  ApplicationStatus.offer,
  ApplicationStatus.declined,
] as const;

/** Every other one of these five: news come in any order, and a slip of the hand can be put right. */
const otherNewsThan = (status: Status): readonly Status[] =>
  AFTER_SENDING.filter((other) => other !== status);

/** What the service does by itself. */
const BY_SERVICE: Readonly<Record<Status, readonly Status[]>> = {
  prepared: ['prepared', 'sending', 'to_hand_in', 'withdrawn'],
  sending: ['sending', 'sent', 'prepared', 'failed', 'ambiguous'],
  // Here and below: a person has told the run that halted to try again.
  ambiguous: ['sending'],
  to_hand_in: ['prepared', 'withdrawn'],
  sent: [],
  answered: [],
  interview: [],
  offer: [],
  declined: [],
  withdrawn: ['prepared', 'withdrawn'],
  failed: ['prepared', 'sending', 'withdrawn'],
};

/** What a person can say by hand. */
const BY_HAND: Readonly<Record<Status, readonly Status[]>> = {
  prepared: ['sent', 'withdrawn'],
  sending: [],
  ambiguous: ['sent', 'failed', 'withdrawn'],
  to_hand_in: ['sent', 'withdrawn'],
  sent: [...otherNewsThan('sent'), 'withdrawn'],
  answered: [...otherNewsThan('answered'), 'withdrawn'],
  interview: [...otherNewsThan('interview'), 'withdrawn'],
  offer: [...otherNewsThan('offer'), 'withdrawn'],
  declined: otherNewsThan('declined'),
  withdrawn: [],
  failed: ['sent', 'withdrawn'],
};

/** Tells whether an application can go from one status to another. */
export function canMove(from: Status, to: Status, who: 'service' | 'person'): boolean {
  return (who === 'service' ? BY_SERVICE : BY_HAND)[from].includes(to);
}

/** Names what a person can make of a status. */
export const byHandFrom = (from: Status): readonly Status[] => BY_HAND[from];

export interface Sending {
  /** The idempotency key of the execution that sends. */
  readonly key: string;
  readonly attempt: number;
  /** When that execution must have ended. */
  readonly until: Date;
}

/** Gives the status as it stands now: a sending whose time is over tells of a process that died over it. */
export function standingOf(
  { status, sending }: { readonly status: Status; readonly sending: Pick<Sending, 'until'> | null },
  now: Date,
): Status {
  if (status !== ApplicationStatus.sending || !sending) return status;
  return sending.until.getTime() < now.getTime() ? ApplicationStatus.ambiguous : status;
}
