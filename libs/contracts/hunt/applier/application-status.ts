/** How an application stands. */
export const ApplicationStatus = {
  /** Ready to be shown and approved; nothing went out. */
  prepared: 'prepared',
  /** On its way right now. */
  sending: 'sending',
  /** Whether it went out is unknown; a person finds out and says so. */
  ambiguous: 'ambiguous',
  /** Approved, for the person to hand in by themselves. */
  toHandIn: 'to_hand_in',
  sent: 'sent',
  answered: 'answered',
  interview: 'interview',
  offer: 'offer',
  /** By the employer. */
  declined: 'declined',
  /** By the person. */
  withdrawn: 'withdrawn',
  /** It certainly did not go out. */
  failed: 'failed',
} as const;
export type ApplicationStatus = (typeof ApplicationStatus)[keyof typeof ApplicationStatus];

/** What a person can say of an application by hand. */
export const STATUSES_BY_HAND = ['sent', 'answered', 'interview', 'offer', 'declined', 'failed'] as const;
export type StatusByHand = (typeof STATUSES_BY_HAND)[number];

/** Whether an application has left the house. */
export const WENT_OUT = ['no', 'maybe', 'yes'] as const;
export type WentOut = (typeof WENT_OUT)[number];

/** What a person should know before they approve. */
export const APPLICATION_WARNINGS = [
  'same-employer',
  'repost',
  'blocked-employer',
  'daily-limit',
  'agency',
  'expired',
  'several-addresses',
  'no-mail-account',
] as const;
export type ApplicationWarning = (typeof APPLICATION_WARNINGS)[number];
