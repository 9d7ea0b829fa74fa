import { byRun } from './evidence.js';
import type { Evidence, LedgerEntry } from './evidence.js';
import type { Json, RawEvent } from './raw-log.js';

const RUN = 'a-run';
/** FNV-1a of the run's id, modulo 16. */
const PARTITION = 4;

/** A log of one run, said event by event; each is a second later than the one before. */
export class SaidLog {
  private readonly events: RawEvent[] = [];

  say(kind: RawEvent['kind'], type: string, body: Json = {}): this {
    const seq = this.events.length + 1;
    this.events.push({
      seq,
      time: seq * 1_000,
      subject: '',
      partition: PARTITION,
      run: RUN,
      kind,
      type,
      body: { type, ...body },
    });
    return this;
  }

  started(): this {
    return this.say('request', 'StartRequested', { flow: 'a_flow' }).say('decision', 'FlowStarted');
  }

  scheduled(step: number, label: string): this {
    return this.say('decision', 'TaskScheduled', {
      taskRunId: `${RUN}-${step}`,
      attempt: 1,
      input: { label },
    });
  }

  succeeded(step: number): this {
    return this.say('outcome', 'TaskFinished', {
      taskRunId: `${RUN}-${step}`,
      attempt: 1,
      outcome: { status: 'success' },
    });
  }

  completed(): this {
    return this.say('decision', 'FlowCompleted', { result: null });
  }

  evidence(over: Partial<Evidence> = {}): Evidence {
    const decisions = this.events.filter(({ kind }) => kind === 'decision').map(({ body }) => body);
    return {
      runs: byRun(this.events),
      ledger: [],
      testimony: { accepted: [{ run: RUN, key: 'a key' }], confirmed: [], standstills: [] },
      replayed: new Map([[RUN, decisions]]),
      ...over,
    };
  }
}

/** A line of the ledger at a second of the said log. */
export const line = (
  kind: LedgerEntry['kind'],
  step: number,
  label: string,
  second: number,
): LedgerEntry => ({
  kind,
  operation: 'send',
  label,
  taskRunId: `${RUN}-${step}`,
  attempt: 1,
  pid: 1,
  at: second * 1_000,
});
