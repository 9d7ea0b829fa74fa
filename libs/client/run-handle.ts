import type { ErrorRecord } from '#libs/run-log';
import { keyHeader } from './beside-input.js';
import { ProblemError } from './errors.js';
import { followEvents, mayPass } from './follow-events.js';
import type { HttpClient } from './http-client.js';
import { NoResultError } from './no-result.error.js';

/** The data of the last event of a run's stream. */
interface RunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'halted';
  readonly result?: unknown;
  readonly error: ErrorRecord | null;
  readonly continuedBy?: string;
}

export interface AwaitOptions {
  /** Ends the waiting, with the signal's reason; the run goes on. */
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly comment?: string;
  /** Any JSON; the flow gets it with the answer. */
  readonly payload?: unknown;
}

/** How a run stands. Times are ISO 8601. */
export interface RunStanding {
  readonly id: string;
  readonly flow: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** A run that goes on with the work of another is started a moment after that one has ended: so often is it asked for. */
const PATIENCE = 40;

/** One run. What is said to it goes to the last of those that have gone on with its work. */
export class RunHandle<R = unknown> {
  constructor(
    private readonly http: HttpClient,
    readonly id: string,
    /** True where the idempotency key had started the run before. */
    readonly existing: boolean = false,
  ) {}

  /**
   * Waits for the end of the run, and of those that go on with its work, over broken connections too; gives the result.
   * Throws NoResultError where it fails, is cancelled or halts.
   */
  async result({ signal = new AbortController().signal }: AwaitOptions = {}): Promise<R> {
    for (let id = this.id; ;) {
      const end = await this.endOf(id, signal);
      if (end.continuedBy !== undefined) {
        id = end.continuedBy;
        continue;
      }
      switch (end.status) {
        case 'completed':
          return end.result as R;
        case 'cancelled':
          throw new NoResultError(id, {
            status: 'cancelled',
            ...(end.error ? { reason: end.error.message } : {}),
          });
        case 'failed':
        case 'halted':
          throw new NoResultError(id, { status: end.status, error: end.error ?? NOT_TOLD });
      }
    }
  }

  /** Tells how the run stands. */
  standing(): Promise<RunStanding> {
    return this.http.get(this.path());
  }

  /** Sends a signal, which counts also before the flow waits for it. The same key is the same signal. */
  async signal(
    name: string,
    payload: unknown = null,
    { idempotencyKey }: { readonly idempotencyKey?: string } = {},
  ): Promise<void> {
    const headers = keyHeader(idempotencyKey);
    await this.http.post(this.path(`/signals/${encodeURIComponent(name)}`), payload, { headers });
  }

  /** Says yes to an approval, named by its name or step. */
  approve(approval: string | number, answer: Answer = {}): Promise<void> {
    return this.say(`/approvals/${encodeURIComponent(approval)}`, { ...answer, approved: true });
  }

  /** Says no to an approval, named by its name or step. */
  decline(approval: string | number, answer: Answer = {}): Promise<void> {
    return this.say(`/approvals/${encodeURIComponent(approval)}`, { ...answer, approved: false });
  }

  /** Lets the run take nothing more until it is resumed. */
  pause(reason?: string): Promise<void> {
    return this.say('/pause', reason === undefined ? {} : { reason });
  }

  resume(): Promise<void> {
    return this.say('/resume', {});
  }

  /** Asks the run to end; it may clean up, unless it is asked twice. */
  cancel(reason?: string): Promise<void> {
    return this.say('/cancel', reason === undefined ? {} : { reason });
  }

  /** Starts a new run that begins with what this one, which has ended, had done before `fromStep`. */
  async restart(
    request: { readonly fromStep?: number; readonly input?: object } = {},
  ): Promise<RunHandle<R>> {
    const { runId, existing } = await this.http.post<{ runId: string; existing: boolean }>(
      this.path('/restart'),
      request,
    );
    return new RunHandle(this.http, runId, existing);
  }

  private async say(what: string, body: object): Promise<void> {
    await this.http.post(this.path(what), body);
  }

  private async endOf(id: string, signal: AbortSignal): Promise<RunEnd> {
    const mustExist = id === this.id;
    const isPassing = (error: unknown): boolean =>
      mayPass(error) || (!mustExist && error instanceof ProblemError && error.problem.status === 404);
    const options = { signal, isPassing, ...(mustExist ? {} : { patience: PATIENCE }) };
    const path = `/flow-runs/${encodeURIComponent(id)}/events?live=false`;
    for await (const { event, data } of followEvents(this.http, path, options))
      if (event === 'end') return JSON.parse(data) as RunEnd;
    throw signal.reason;
  }

  private path(part = ''): string {
    return `/flow-runs/${encodeURIComponent(this.id)}${part}`;
  }
}

const NOT_TOLD: ErrorRecord = {
  code: 'client/not-told',
  message: 'the gateway did not say why',
  disposition: 'terminal',
};
