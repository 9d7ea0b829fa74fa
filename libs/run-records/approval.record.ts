import type { Actor } from '#libs/run-log';

/** How an approval stands. `expired`: nobody had answered by the deadline. `withdrawn`: the flow waits no more. */
export const ApprovalStatus = {
  pending: 'pending',
  approved: 'approved',
  declined: 'declined',
  expired: 'expired',
  withdrawn: 'withdrawn',
} as const;
export type ApprovalStatus = (typeof ApprovalStatus)[keyof typeof ApprovalStatus];

/** What a flow has asked a person, and what became of it. */
export interface ApprovalRecord {
  /** Run and step. */
  _id: string;
  flowRunId: string;
  flow: string;
  step: number;
  name: string;
  /** What is to be approved, as JSON text. */
  payload: string | null;
  status: ApprovalStatus;
  /** The run's. */
  actor: Actor;
  /** Users who may answer; null for everybody. */
  approvers: string[] | null;
  dueAt: Date | null;
  /** What holds when nobody has answered by then. */
  otherwise: 'approved' | 'declined' | null;
  answeredAt: Date | null;
  /** Null where the deadline decided. */
  answeredBy: Actor | null;
  comment: string | null;
  /** What the answer carried beside yes or no, as JSON text. */
  answer: string | null;
  /** Sorted downwards, it puts the pending ones first and then the latest. */
  listOrder: string;
  createdAt: Date;
  updatedAt: Date;
  /** Sequence of the last event that it has taken in. */
  lastSeq: number;
}
