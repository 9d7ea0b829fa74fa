import { RetryableError, TerminalError } from '#libs/operations';
import type { FlowRunId } from '#libs/run-log';

/** Something was asked of an orchestrator that does not run. */
export class NotStartedError extends TerminalError {
  constructor(readonly asked: string) {
    super('orchestrator/not-started', `${asked}: the orchestrator is not running; await start() first`);
  }
}

/** The orchestrator was stopped while somebody waited for a run, which goes on where one is started next. */
export class StoppedError extends RetryableError {
  constructor(readonly runId: FlowRunId) {
    super(
      'orchestrator/stopped',
      `the orchestrator was stopped while run ${runId} was going on; the run goes on when one is started again`,
    );
  }
}

/** A service was named whose classes and contracts do not tell what it is. */
export class UnnamedServiceError extends TypeError {
  constructor(readonly classes: readonly string[]) {
    super(
      `${classes.join(', ') || 'a service without classes'}: no method carries @Operation, and no contracts are named`,
    );
    this.name = new.target.name;
  }
}

/** A deployment is named by its flow and its name. */
export class BadReferenceError extends TerminalError {
  constructor(readonly reference: string) {
    super('orchestrator/bad-reference', `${JSON.stringify(reference)}: expected a deployment as flow/name`);
  }
}
