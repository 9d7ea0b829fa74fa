import type { RunEvent, StoredInRun } from '#libs/run-log';
import { approvalIdOf, approvalsOf, foldApproval } from '#libs/run-records';
import type { ApprovalRecord, FlowRunRecord } from '#libs/run-records';
import type { Collections } from './collections.js';
import { change, workingCopy } from './working-copy.js';
import type { WorkingCopy } from './working-copy.js';

/** The records of the approvals that a batch of RUN may change. */
export class ApprovalCopies {
  private readonly byRun = new Map<string, Map<string, WorkingCopy<ApprovalRecord>>>();

  private constructor() {}

  /**
   * Reads the pending approvals of those runs that have asked for any, and what the batch names by itself. What is
   * else is settled can be left in the database: nothing changes it any more.
   */
  static async read(
    { approvals }: Collections,
    batch: readonly StoredInRun<RunEvent>[],
    runs: ReadonlyMap<string, { readonly record: FlowRunRecord | null }>,
  ): Promise<ApprovalCopies> {
    const copies = new ApprovalCopies();
    const asking = new Set<string>();
    const asked = new Set<string>();
    for (const { event, runId } of batch) {
      if ((runs.get(runId)?.record?.fold.approvals ?? 0) > 0) asking.add(runId);
      if (event.type === 'ApprovalRequested') asked.add(approvalIdOf(runId, event.step));
      // One of them may have been answered just when it was given up.
      if (event.type === 'TasksCancelled' && asking.has(runId))
        for (const step of event.steps ?? []) asked.add(approvalIdOf(runId, step));
    }
    if (asking.size === 0 && asked.size === 0) return copies;
    const found = approvals.find({
      $or: [{ _id: { $in: [...asked] } }, { flowRunId: { $in: [...asking] }, status: 'pending' }],
    });
    for await (const record of found) copies.of(record.flowRunId).set(record._id, workingCopy(record));
    return copies;
  }

  /** Folds an event, after it was folded into its run. */
  fold(stored: StoredInRun<RunEvent>, run: FlowRunRecord): void {
    const { event } = stored;
    const which = approvalsOf(event, run);
    if (which.length === 0) return;
    const copies = this.of(run._id);
    const ids = which === 'pending' ? copies.keys() : which.map((step) => approvalIdOf(run._id, step));
    for (const id of [...ids]) {
      const copy = copies.get(id) ?? workingCopy<ApprovalRecord>(null);
      const changes = foldApproval(copy.record, stored, run);
      if (!changes) continue;
      copies.set(id, copy);
      change(copy, changes);
    }
  }

  /** All copies, by id. */
  get all(): ReadonlyMap<string, WorkingCopy<ApprovalRecord>> {
    return new Map([...this.byRun.values()].flatMap((copies) => [...copies]));
  }

  private of(runId: string): Map<string, WorkingCopy<ApprovalRecord>> {
    const copies = this.byRun.get(runId) ?? new Map<string, WorkingCopy<ApprovalRecord>>();
    this.byRun.set(runId, copies);
    return copies;
  }
}
