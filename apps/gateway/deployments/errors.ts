import type { PlannedDeployment, PlanRefusal } from '#libs/deployments';
import { TerminalError } from '#libs/operations';
import { PlatformError } from '#libs/run-log';
import type { Disposition, FieldError, ItemError } from '#libs/run-log';
import type { Speaking } from '../problems/problem.js';

type Named = Pick<PlannedDeployment, 'flow' | 'name'>;
const keyOf = ({ flow, name }: Named): string => `${flow}/${name}`;

/** Some of the specifications cannot be taken, so none was. */
export class RefusedPlanError extends TerminalError {
  constructor(refused: readonly PlanRefusal[]) {
    super(
      'gateway/plan-refused',
      `nothing was changed: ${refused.length === 1 ? 'one specification was' : `${refused.length} specifications were`} refused`,
      refused.flatMap(fieldsOf),
    );
  }
}

/** Names each field from the list that was sent. */
function fieldsOf({ index, error }: PlanRefusal): FieldError[] {
  const at = `deployments[${index}]`;
  if (!error.fields || error.fields.length === 0) return [{ field: at, message: error.message }];
  return error.fields.map((field) => ({ ...field, field: field.field ? `${at}.${field.field}` : at }));
}

/** What is there has changed since the plan that was to be applied. */
export class PlanChangedError extends TerminalError {
  constructor() {
    super(
      'gateway/plan-changed',
      'nothing was changed: what would be done is no longer what the plan says; plan again',
    );
  }
}

/** One change of a plan failed; those before it are made, those behind it are not. */
export class ApplyStoppedError extends PlatformError {
  readonly code: string;
  readonly disposition: Disposition;
  readonly itemErrors: readonly ItemError[];
  readonly retryAfterMs?: number;

  constructor(
    done: readonly (Named & Pick<PlannedDeployment, 'change'>)[],
    failed: Named,
    left: readonly Named[],
    error: Speaking,
  ) {
    const made = done.map((each) => `${keyOf(each)} ${each.change}`).join(', ');
    const total = done.length + 1 + left.length;
    super(
      `${done.length} of ${total} changes were made${made && ` (${made})`}, and then one failed; applying again makes the rest`,
      { cause: error },
    );
    this.code = error.disposition === 'retry' ? 'gateway/apply-interrupted' : 'gateway/apply-stopped';
    this.disposition = error.disposition;
    this.itemErrors = [
      { item: keyOf(failed), message: error.message, code: error.code },
      ...left.map((each) => ({ item: keyOf(each), message: 'was not begun' })),
    ];
    if (error.retryAfterMs !== undefined) this.retryAfterMs = error.retryAfterMs;
  }
}
