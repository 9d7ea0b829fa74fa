import type { WebhookTrigger, WebhookScheme } from '../trigger.js';

/** Most bytes of the data of an event that is said through an orchestrator, as JSON. */
export const MOST_EVENT_BYTES = 64 * 1024;
/** Most bytes of the data of a signed request, as JSON; GitHub's are long, and nothing of them is kept but what is asked for. */
export const MOST_HOOK_BYTES = 512 * 1024;

/** An event as people say it. */
export interface SaidEvent {
  /** Words with dots between them; none that begins with `run.` or `webhook.`. */
  readonly type: string;
  /** JSON, 64 KiB at most. */
  readonly data: unknown;
  /** The same again from the same source is the same event; drawn by lot unless said. */
  readonly id?: string;
  /** `user/<user id>` unless told otherwise. */
  readonly source?: string;
}

/** How requests to a webhook are signed. */
export interface Webhook extends Pick<WebhookTrigger, 'webhook'> {
  readonly scheme: WebhookScheme;
}

/** A request whose signature was found right. */
export interface SignedEvent {
  /** Of which webhook. */
  readonly webhook: string;
  /** What the sender calls this delivery; the same again starts nothing again. */
  readonly eventId: string;
  /** JSON, 512 KiB at most. */
  readonly data: unknown;
}
