import { setTimeout as delay } from 'node:timers/promises';
import { FlowClient } from '#libs/flows';
import { connectRunLog, flowRunId } from '#libs/run-log';
import type { Actor, FlowRunId, JetStreamRunLog, Resolution } from '#libs/run-log';
import type { Testimony } from '../checker/evidence.js';
import type { PlannedRun } from '../plan/plan-runs.js';
import type { Steering } from '../plan/steering.js';

const AGAIN_AFTER_MS = 250;
const MOST_TRIES = 200;
/** A request that went down with the broker is never answered; everything here is safe to ask again. */
const PATIENCE_MS = 3_000;
/** What was refused in this way may be taken a moment later. */
const NOT_YET: readonly string[] = ['flow/unknown-approval', 'flow/still-running'];
const LATER_TRIES = 40;

/**
 * Asks for runs and says things to them, again and again until it is answered, as a client does that needs to know.
 * Writes down what it was promised.
 */
export class Client {
  readonly accepted: Testimony['accepted'][number][] = [];
  readonly confirmed: Testimony['confirmed'][number][] = [];
  /** What was refused, by code: to steer a run that has ended meanwhile, say. */
  readonly refusals = new Map<string, number>();
  private readonly flows: FlowClient;
  private closing = false;

  private constructor(private readonly log: JetStreamRunLog) {
    this.flows = new FlowClient(log.connection, log);
  }

  static async connect(servers: string, replicas: number): Promise<Client> {
    return new Client(await connectRunLog({ servers, name: 'chaos-client', replicas }));
  }

  /** Starts a run; undefined when it was never answered. */
  async start({ flow, input, idempotencyKey, userId, twice }: PlannedRun): Promise<string | undefined> {
    const key = `${flow}/${userId}/${idempotencyKey}`;
    const ask = () =>
      this.begun(key, () => this.flows.start(flow, input, { actor: actor(userId), idempotencyKey }));
    const answers = await Promise.all(twice ? [ask(), ask()] : [ask()]);
    return answers.find((answer) => answer !== undefined);
  }

  /** Says one thing to a run. */
  async steer(run: string, userId: string, steering: Steering): Promise<void> {
    const runId = flowRunId(run);
    const by = { actor: actor(userId) };
    switch (steering.kind) {
      case 'cancel':
        for (let time = 0; time < (steering.times ?? 1); time++)
          await this.confirm(run, () => this.flows.cancel(runId, { ...by, reason: 'the plan says so' }));
        return;
      case 'signal': {
        const { name, payload } = steering;
        // Asked again, it is the same signal.
        const id = `${name}-${steering.afterMs}`;
        return this.confirm(run, () => this.flows.signal(runId, name, payload, { ...by, id }));
      }
      case 'approve':
        for (let time = 0; time < (steering.times ?? 1); time++)
          await this.confirm(run, () =>
            this.flows.answerApproval(runId, {}, { ...by, approved: steering.approved }),
          );
        return;
      case 'pause':
        return this.confirm(run, () => this.flows.pause(runId, by));
      case 'resume':
        return this.confirm(run, () => this.flows.resume(runId, by));
      case 'restart': {
        const idempotencyKey = `restart-${run}-${steering.fromStep}`;
        await this.begun(idempotencyKey, () =>
          this.flows.restart(runId, { ...by, fromStep: steering.fromStep, idempotencyKey }),
        );
        return;
      }
    }
  }

  /** Lets a run go on that has halted, with a word on each task of which nobody knows whether it took effect. */
  async resume(run: string, resolve: (taskRunId: string) => Resolution): Promise<void> {
    const runId = flowRunId(run);
    const by = { actor: actor('operator') };
    await this.confirm(run, async () => {
      const { ambiguous } = await this.flows.describe(runId);
      const resolutions = ambiguous.map(({ taskRunId }) => resolve(taskRunId));
      return this.flows.resume(runId, { ...by, ...(resolutions.length > 0 ? { resolutions } : {}) });
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.log.close();
  }

  private async begun(key: string, ask: () => Promise<{ runId: FlowRunId }>): Promise<string | undefined> {
    const answer = await this.persist(ask);
    if (answer) this.accepted.push({ run: answer.runId, key });
    return answer?.runId;
  }

  private async confirm(run: string, say: () => Promise<{ runId: FlowRunId; seq: number }>): Promise<void> {
    const answer = await this.persist(say);
    if (answer) this.confirmed.push({ run: answer.runId ?? run, seq: answer.seq });
  }

  /** Repeats what was not answered; a refusal is an answer. */
  private async persist<T>(ask: () => Promise<T>): Promise<T | undefined> {
    for (let tries = 1; tries <= MOST_TRIES && !this.closing; tries++) {
      try {
        return await inTime(ask());
      } catch (error) {
        const refusal = refusalIn(error);
        if (refusal && !(NOT_YET.includes(refusal) && tries < LATER_TRIES)) {
          this.refusals.set(refusal, (this.refusals.get(refusal) ?? 0) + 1);
          return undefined;
        }
        await delay(AGAIN_AFTER_MS);
      }
    }
    return undefined;
  }
}

const actor = (userId: string): Actor => ({ userId, channel: 'api' });

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const patience = new AbortController();
  const late = delay(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
    throw new Error('not answered in time');
  });
  // Whichever of the two comes second is of no interest.
  late.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    patience.abort();
  }
}

function refusalIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (!('disposition' in error) || error.disposition !== 'terminal' || !('code' in error)) return undefined;
  return String(error.code);
}
