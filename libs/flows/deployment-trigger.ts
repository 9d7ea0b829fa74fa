/** How a run may have ended, for those that another one waits for. */
export const RUN_ENDS = ['completed', 'failed', 'cancelled'] as const;
export type EndOfRun = (typeof RUN_ENDS)[number];

/** How a webhook is signed: as standardwebhooks.com says, or as GitHub does (`X-Hub-Signature-256`). */
export const WEBHOOK_SCHEMES = ['standard', 'github'] as const;
export type WebhookScheme = (typeof WEBHOOK_SCHEMES)[number];

interface Common {
  /** Which events count: a query over the event in MongoDB's words, such as `{ 'data.total': { $gte: 100 } }`. */
  readonly where?: Readonly<Record<string, unknown>>;
  /** Goes over the deployment's parameters; texts may hold `${{ event.data.id }}`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Fires at events of a type; `*` stands for one word, `>` at the end for one or more. */
export interface EventTrigger extends Common {
  readonly event: string;
}

/** Fires when a run of another flow has ended. */
export interface RunTrigger extends Common {
  /** A flow, or one deployment of it: `flow/name`. */
  readonly run: string;
  /** `completed` unless told otherwise. */
  readonly on?: readonly EndOfRun[];
}

/** Fires at a signed request to `POST /hooks/<deployment id>`. */
export interface WebhookTrigger extends Common {
  /** Names the secret: it is what the gateway's setting `TRIGGER_SECRET_<NAME>` refers to. */
  readonly webhook: string;
  /** `standard` unless told otherwise. */
  readonly scheme?: WebhookScheme;
}

/** What starts a run of a deployment beside its schedule. */
export type Trigger = EventTrigger | RunTrigger | WebhookTrigger;
