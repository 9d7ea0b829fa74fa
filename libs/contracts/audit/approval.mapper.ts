import { fromText } from '#libs/run-records';
import type { ApprovalRecord } from '#libs/run-records';
import type { ApprovalDto } from './approval.dto.js';
import { iso } from './task-run.mapper.js';

/** Shows a record as callers see it. */
export function toApprovalDto(record: ApprovalRecord): ApprovalDto {
  const { _id, payload, dueAt, createdAt, answeredAt, answer, updatedAt, listOrder: _, ...rest } = record;
  return {
    ...rest,
    id: _id,
    payload: fromText(payload),
    dueAt: iso(dueAt),
    requestedAt: createdAt.toISOString(),
    answeredAt: iso(answeredAt),
    answer: fromText(answer),
    updatedAt: updatedAt.toISOString(),
  };
}
