import { taskRunId } from '#libs/run-log';
import type { Resolution } from '#libs/run-log';
import type { LedgerEntry } from '../checker/evidence.js';
import type { Client } from './client.js';
import type { Progress } from './progress.js';

/** What a person is asked to judge by design; any other halt is a fault of the platform and stays. */
const FOR_A_PERSON: readonly string[] = ['ambiguous', 'poison'];

/**
 * Plays the person who is called when a run halts. Comes when the storm is over: nobody stands still any more with an
 * effect half taken, so the ledger tells what happened.
 */
export class Operator {
  /** Halts that were dealt with, by reason. */
  readonly dealtWith = new Map<string, number>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly client: Client,
    private readonly progress: Progress,
    private readonly readLedger: () => Promise<readonly LedgerEntry[]>,
  ) {}

  /** Deals with what has halted or is still paused, and was not dealt with before. */
  async look(): Promise<void> {
    for (const [run, { halt, pausedAt, ended }] of this.progress.runs) {
      if (ended) continue;
      if (halt && FOR_A_PERSON.includes(halt.reason)) await this.once(run, halt.seq, halt.reason);
      else if (pausedAt !== undefined) await this.once(run, pausedAt, 'paused');
    }
  }

  private async once(run: string, seq: number, reason: string): Promise<void> {
    if (this.seen.has(`${run}/${seq}`)) return;
    this.seen.add(`${run}/${seq}`);
    this.dealtWith.set(reason, (this.dealtWith.get(reason) ?? 0) + 1);
    const ledger = await this.readLedger();
    await this.client.resume(run, (id) => judge(ledger, id));
  }
}

function judge(ledger: readonly LedgerEntry[], id: string): Resolution {
  const effect = ledger.find((entry) => entry.kind === 'effect' && entry.taskRunId === id);
  if (!effect) return { taskRunId: taskRunId(id), as: 'retry' };
  const result = { label: effect.label, attempt: effect.attempt };
  return { taskRunId: taskRunId(id), as: 'succeeded', result };
}
