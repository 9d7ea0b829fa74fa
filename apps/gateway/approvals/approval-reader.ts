import { Inject, Injectable } from '@nestjs/common';
import { ListApprovals, maySee } from '#libs/contracts';
import type { ApprovalDto } from '#libs/contracts';
import { flowRunId, isId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { runFromLog } from '../flow-runs/run-from-log.js';
import type { Caller } from '../identity/caller.js';
import { UnknownApprovalError } from '../problems/errors.js';
import { RUN_LOG } from '../run-log.js';

/** A run and one of its steps. */
const ID = /^(?<runId>[^.]+)\.(?<step>[1-9]\d{0,8})$/;
const PAGE = 500;

/**
 * Reads one approval with all that it shows. The log holds it whole and as it stands now; the audit's record, which
 * comes a moment later and leaves out what is very large, serves where the log has it no more.
 */
@Injectable()
export class ApprovalReader {
  constructor(
    private readonly ask: Ask,
    private readonly broker: Broker,
    @Inject(RUN_LOG) private readonly log: RunLog,
  ) {}

  /** Throws UnknownApprovalError, also where the caller may not see it. */
  async get(id: string, caller: Caller): Promise<ApprovalDto> {
    const { runId, step } = ID.exec(id)?.groups ?? {};
    if (runId === undefined || !isId(runId)) throw new UnknownApprovalError(id);
    const found =
      (await this.fromLog(runId, Number(step), caller)) ?? (await this.recorded(runId, Number(step), caller));
    if (!found) throw new UnknownApprovalError(id);
    return found;
  }

  private async fromLog(runId: string, step: number, { actor }: Caller): Promise<ApprovalDto | undefined> {
    const history = await this.broker.whileThere(`flow run ${runId} cannot be read`, () =>
      this.log.readRun(flowRunId(runId)),
    );
    const found = runFromLog(history)?.approvals.find((approval) => approval.step === step);
    const seen = found && (maySee(actor, found.actor) || found.approvers?.includes(actor.userId));
    return seen ? found : undefined;
  }

  /** The audit shows nobody what they may not see. */
  private async recorded(runId: string, step: number, caller: Caller): Promise<ApprovalDto | undefined> {
    let cursor: string | undefined;
    do {
      const input = { flowRunId: runId, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.ask.for(ListApprovals, input, caller);
      const found = page.items.find((approval) => approval.step === step);
      if (found) return found;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return undefined;
  }
}
