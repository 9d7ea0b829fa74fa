import type { Delivery, FlowRunId, Millis, Position, TraceContext, Trigger } from '#libs/run-log';

/** A delivery that its partition knows to be in hand until it is settled. */
export class KeptDelivery implements Delivery<Trigger> {
  readonly event: Trigger;
  readonly runId: FlowRunId;
  readonly position: Position;
  readonly time: Millis;
  readonly trace: TraceContext;
  readonly deliveries: number;
  readonly deliverySeq: number;
  readonly olderThanReader: boolean;
  private isOld = false;

  constructor(
    private readonly delivery: Delivery<Trigger>,
    private readonly onSettled: () => void,
  ) {
    this.event = delivery.event;
    this.runId = delivery.runId;
    this.position = delivery.position;
    this.time = delivery.time;
    this.trace = delivery.trace;
    this.deliveries = delivery.deliveries;
    this.deliverySeq = delivery.deliverySeq;
    this.olderThanReader = delivery.olderThanReader;
  }

  ack(): void {
    this.onSettled();
    this.delivery.ack();
  }

  working(): void {
    this.delivery.working();
  }

  retry(delayMs: Millis): void {
    this.onSettled();
    this.delivery.retry(delayMs);
  }

  /** Says that work goes on, unless the delivery has come since the last call: most are settled by the next. */
  keepAlive(): void {
    if (this.isOld) this.delivery.working();
    this.isOld = true;
  }
}
