import { AnswerBody, ReasonBody, RestartBody, ResumeBody } from '#libs/flows';
import type { ApprovalRef } from '#libs/flows';
import type { RunHistory } from '#libs/run-log';

// What orchestrators take, so that nothing is accepted here that is refused there.
export class ReasonInput extends ReasonBody {}
export class ApprovalInput extends AnswerBody {}
export class ResumeInput extends ResumeBody {}
export class RestartInput extends RestartBody {}

/** Tells which approval of a run a text means: the one of that name, else the one of that step. */
export function approvalRef(text: string, { events }: Pick<RunHistory, 'events'>): ApprovalRef {
  const isName = events.some(({ event }) => event.type === 'ApprovalRequested' && event.name === text);
  return isName || !/^\d{1,9}$/.test(text) ? { name: text } : { step: Number(text) };
}
