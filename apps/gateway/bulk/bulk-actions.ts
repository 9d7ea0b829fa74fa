import { Injectable } from '@nestjs/common';
import { FlowClient } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import { endOf } from '../events/end-of-run.js';
import { FlowRunReader } from '../flow-runs/flow-run-reader.js';
import { seenBy } from '../flow-runs/run-access.js';
import type { Caller } from '../identity/caller.js';
import { continuedBy } from './bulk-work.js';
import type { BulkWork, Done } from './bulk-work.js';

/** Does to one run what bulk work is about; safe to repeat, for a page that was broken off is done again. */
@Injectable()
export class BulkActions {
  constructor(
    private readonly flows: FlowClient,
    private readonly runs: FlowRunReader,
    private readonly broker: Broker,
  ) {}

  /** Tells whether it was done, now or by this very work before, or was no longer to be done. */
  do(work: BulkWork, runId: string, caller: Caller): Promise<Done> {
    const doing = `flow run ${runId} cannot be reached`;
    return this.broker.whileThere(doing, () =>
      work.action === 'cancel' ? this.cancel(work, runId, caller) : this.restart(work, runId, caller),
    );
  }

  /** Whoever is asked twice to end ends at once, without cleaning up; so nobody is. */
  private async cancel({ createdAt, by, reason }: BulkWork, runId: string, caller: Caller): Promise<Done> {
    // The one that was meant may go on as another since it was found.
    const { runId: last, events } = await this.runs.last(runId, seenBy(caller.actor));
    const asked = events.find(({ event }) => event.type === 'CancelRequested');
    if (asked?.event.type === 'CancelRequested') {
      const isOwn = asked.event.actor.userId === by.userId && asked.time >= Date.parse(createdAt);
      return isOwn ? 'done' : 'skipped';
    }
    const end = endOf(events);
    if (end && end.status !== 'halted') return 'skipped';
    await this.flows.cancel(last, { ...caller, ...(reason === null ? {} : { reason }) });
    return 'done';
  }

  private async restart({ id }: BulkWork, runId: string, caller: Caller): Promise<Done> {
    const { events } = await this.runs.history(runId, caller);
    const next = endOf(events)?.continuedBy;
    if (next !== undefined) return { leftAlone: continuedBy(next) };
    await this.flows.restart(flowRunId(runId), { ...caller, idempotencyKey: `bulk-${id}-${runId}` });
    return 'done';
  }
}
