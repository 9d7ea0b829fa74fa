import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { NOTHING_DONE, type DeploymentState } from '../state.js';
import { filters, parseSubject } from '../subjects.js';
import {
  isTombstone,
  readSpec,
  readState,
  type DeploymentRecord,
  type StoredSpec,
} from './deployment-record.js';
import { Listeners } from '../triggers/listeners.js';
import type { DeploymentStore } from './deployment-store.js';
import { STREAM } from './stream-settings.js';

/** The client looks again so often when a broker that has come back did not know an answer. */
const REQUEST_LIFE_MS = 2_000;
/** What was purged while one waits for it never comes. */
const CATCH_UP_MS = 2_000;

interface Held {
  readonly id: string;
  spec?: StoredSpec | undefined;
  revision: number;
  state: DeploymentState;
  stateSeq: number;
}

/**
 * All deployments in memory, kept by an ordered consumer. It may lag behind the stream by a moment: who writes is
 * refused by the fence then and reads anew, and who lists waits until what was stored before is here.
 */
export class DeploymentView {
  private readonly held = new Map<string, Held>();
  /** Which of them wait for what. */
  readonly listeners = new Listeners();
  private seen = 0;
  /** What was stored while the connection was lost comes a while after it is back. */
  private losses = 0;
  private madeUp = 0;
  private catchingUp: Promise<void> | undefined;
  private waiting: { readonly seq: number; readonly wake: () => void }[] = [];
  private stop: () => Promise<void> = async () => undefined;

  private constructor(
    private readonly store: DeploymentStore,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Resolves when everything that is stored by now is here. */
  static async open(
    connection: NatsConnection,
    store: DeploymentStore,
    onTrouble: (error: unknown) => void = () => undefined,
  ): Promise<DeploymentView> {
    const view = new DeploymentView(store, onTrouble);
    const consumer = await jetstream(connection).consumers.get(STREAM, {
      filter_subjects: filters.records,
      deliver_policy: DeliverPolicy.LastPerSubject,
    });
    const messages = await consumer.consume({
      expires: REQUEST_LIFE_MS,
      callback: ({ subject, seq, data }) => view.take(subject, seq, data),
    });
    const unfollow = store.publisher.link.onDown(() => void (view.losses += 1));
    view.stop = async () => {
      unfollow();
      await messages.close();
    };
    await view.upToDate();
    return view;
  }

  get(id: string): DeploymentRecord | undefined {
    const held = this.held.get(id);
    return held && recordOf(held);
  }

  /** All deployments that are, in no order. */
  list(): DeploymentRecord[] {
    return [...this.held.values()].map(recordOf).filter((record) => record !== undefined);
  }

  /**
   * Waits until whatever was stored before this call is here, and reads what does not come: what was on its way when a
   * connection broke may never.
   */
  async upToDate(): Promise<void> {
    const seq = await this.store.lastSeq(filters.records);
    await this.sees(seq);
    if (this.seen < seq) await this.readOn();
  }

  /** The same where the connection was lost since; otherwise it costs nothing, and something may be on its way. */
  async caughtUp(): Promise<void> {
    if (this.madeUp === this.losses) return;
    this.catchingUp ??= this.catchUp().finally(() => void (this.catchingUp = undefined));
    await this.catchingUp;
  }

  private async catchUp(): Promise<void> {
    const { losses } = this;
    await this.readOn();
    this.madeUp = losses;
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const next = await this.store.nextRecord(this.seen + 1);
      if (!next) return;
      this.take(next.subject, next.seq, next.body);
    }
  }

  /** Takes over what was read or written elsewhere in this process, unless it is older than what is here. */
  put(id: string, record: DeploymentRecord | undefined): void {
    if (!record) return;
    const held = this.entry(id);
    if (record.revision > held.revision) this.setSpec(held, record.spec, record.revision);
    if (record.stateSeq > held.stateSeq) {
      held.state = record.state;
      held.stateSeq = record.stateSeq;
    }
  }

  /** Takes over that a deployment was removed. */
  remove(id: string, revision: number): void {
    const held = this.entry(id);
    if (revision <= held.revision) return;
    this.setSpec(held, undefined, revision);
    held.state = NOTHING_DONE;
    held.stateSeq = 0;
  }

  async close(): Promise<void> {
    for (const { wake } of this.waiting.splice(0)) wake();
    await this.stop();
  }

  private take(subject: string, seq: number, body: Uint8Array): void {
    try {
      const parsed = parseSubject(subject);
      if (parsed?.kind === 'spec') this.takeSpec(parsed.id, seq, body);
      else if (parsed?.kind === 'state') this.takeState(parsed.id, seq, body);
    } catch (error) {
      this.onTrouble(new Error(`message ${seq} on ${subject} cannot be read`, { cause: error }));
    }
    this.seen = Math.max(this.seen, seq);
    if (this.waiting.length === 0) return;
    const met = this.waiting.filter((each) => each.seq <= seq);
    this.waiting = this.waiting.filter((each) => each.seq > seq);
    for (const { wake } of met) wake();
  }

  private takeSpec(id: string, seq: number, body: Uint8Array): void {
    const spec = readSpec(body);
    if (isTombstone(spec)) return this.remove(id, seq);
    const held = this.entry(id);
    if (seq <= held.revision) return;
    this.setSpec(held, spec, seq);
  }

  private setSpec(held: Held, spec: StoredSpec | undefined, revision: number): void {
    held.spec = spec;
    held.revision = revision;
    this.listeners.set(held.id, spec);
  }

  private takeState(id: string, seq: number, body: Uint8Array): void {
    const held = this.entry(id);
    if (seq <= held.stateSeq) return;
    held.state = readState(body);
    held.stateSeq = seq;
  }

  private entry(id: string): Held {
    let held = this.held.get(id);
    if (!held) this.held.set(id, (held = { id, revision: 0, state: NOTHING_DONE, stateSeq: 0 }));
    return held;
  }

  private async sees(seq: number): Promise<void> {
    if (seq <= this.seen) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CATCH_UP_MS);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.push({ seq, wake });
    });
  }
}

const recordOf = ({ spec, revision, state, stateSeq }: Held): DeploymentRecord | undefined =>
  spec && { spec, revision, state, stateSeq };
