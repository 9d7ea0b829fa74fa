export { RUN_ENDS, WEBHOOK_SCHEMES } from '#libs/flows';
export type {
  EndOfRun as RunEnd,
  EventTrigger,
  RunTrigger,
  Trigger,
  WebhookScheme,
  WebhookTrigger,
} from '#libs/flows';

/** What happened, as triggers see it. The fields are those of CloudEvents 1.0. */
export interface TriggerEvent {
  /** Unique for its source: the same event again starts nothing again. 1 to 128 characters. */
  readonly id: string;
  /** A topic of words with dots between them, such as `order.created`. */
  readonly type: string;
  readonly source: string;
  /** ISO. */
  readonly time: string;
  /** JSON. */
  readonly data: unknown;
}
