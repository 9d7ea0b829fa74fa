import { flowRunId, millis, streamSeq } from '#libs/run-log';
import type {
  CallEvent,
  Delivery,
  FactEvent,
  LiveEvent,
  RunEvent,
  RunHistory,
  TaskScheduled,
  TraceContext,
} from '#libs/run-log';
import type { WorkerLog } from '../task-worker.js';

type Finished = Extract<FactEvent, { type: 'TaskFinished' }>;
type Claimed = Extract<FactEvent, { type: 'TaskClaimed' }>;

/** Keeps what is said to the log, and lets a test decide how the log takes it. */
export class RecordingLog implements WorkerLog {
  readonly outcomes: Finished[] = [];
  readonly claims: Claimed[] = [];
  readonly calls: CallEvent[] = [];
  readonly live: LiveEvent[] = [];
  readonly traces: (TraceContext | undefined)[] = [];
  /** What was stored and what was settled, in order. */
  readonly order: string[] = [];
  history: RunEvent[] = [];
  lookUps = 0;
  /** Set where the history holds something that this build cannot read. */
  unreadable: RunHistory['unreadable'];
  /** Called before each write; throws where the log is to fail. */
  beforeWrite: (what: string) => void | Promise<void> = () => undefined;
  private seq = 1_000;

  async outcome(_runId: unknown, fact: Finished, trace?: TraceContext) {
    await this.beforeWrite('outcome');
    this.outcomes.push(fact);
    this.traces.push(trace);
    return this.stored('outcome');
  }

  async claim(_runId: unknown, claim: Claimed) {
    await this.beforeWrite('claim');
    this.claims.push(claim);
    return this.stored('claim');
  }

  async call(event: CallEvent, trace?: TraceContext) {
    await this.beforeWrite(event.type);
    this.calls.push(event);
    this.traces.push(trace);
    return this.stored(event.type);
  }

  publishLive(_runId: unknown, event: LiveEvent): void {
    this.live.push(event);
  }

  async readRun(runId: RunHistory['runId']): Promise<RunHistory> {
    this.lookUps += 1;
    const events = this.history.map((event, index) => ({
      event,
      runId,
      position: { stream: 'RUN', epoch: 'e', seq: streamSeq(index + 1) },
      time: millis(0),
      trace: {},
    }));
    return {
      runId,
      events,
      ...(this.unreadable ? { unreadable: this.unreadable } : {}),
      lastDecision: streamSeq(0),
      last: streamSeq(events.length),
    };
  }

  private stored(what: string) {
    this.order.push(what);
    return streamSeq(++this.seq);
  }

  /** Makes a delivery of a task whose settlement is noted in `order`. */
  delivery(
    event: TaskScheduled,
    details: { deliveries?: number; olderThanReader?: boolean; seq?: number; trace?: TraceContext } = {},
  ): Delivery<TaskScheduled> {
    const { deliveries = 1, olderThanReader = false, seq = 1, trace = {} } = details;
    return {
      event,
      runId: flowRunId('run-1'),
      position: { stream: 'RUN', epoch: 'e', seq: streamSeq(seq) },
      time: millis(0),
      trace,
      deliveries,
      deliverySeq: 1,
      olderThanReader,
      ack: () => void this.order.push('ack'),
      working: () => void this.order.push('working'),
      retry: (delayMs) => void this.order.push(`retry ${delayMs}`),
    };
  }
}
