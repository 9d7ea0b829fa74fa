import { Inject, Injectable } from '@nestjs/common';
import { maySee } from '#libs/contracts';
import { flowRunId } from '#libs/run-log';
import type { RunHistory, RunLog } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import type { Caller } from '../identity/caller.js';
import { UnknownRunError } from '../problems/errors.js';
import { RUN_LOG } from '../run-log.js';

/** Lets in those whom a run itself names, beside those who may see it anyway. */
@Injectable()
export class RunAccess {
  constructor(
    private readonly broker: Broker,
    @Inject(RUN_LOG) private readonly log: RunLog,
  ) {}

  /** Reads the history of a run whose approvals a caller may answer. Throws UnknownRunError to anybody else. */
  async asApprover(id: string, { actor }: Caller): Promise<RunHistory> {
    const history = await this.broker.whileThere(`flow run ${id} cannot be read`, () =>
      this.log.readRun(flowRunId(id)),
    );
    const isLetIn = history.events.some(
      ({ event }) =>
        (event.type === 'StartRequested' && maySee(actor, event.actor)) ||
        (event.type === 'ApprovalRequested' && event.approvers?.includes(actor.userId)),
    );
    if (!isLetIn) throw new UnknownRunError(id);
    return history;
  }
}
