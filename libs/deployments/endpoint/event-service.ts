import type { By } from '#libs/flows';
import { TerminalError } from '#libs/operations';
import { isId, type TraceContext } from '#libs/run-log';
import { DeploymentCode, InvalidDeploymentError } from '../errors.js';
import type { DeploymentRecord } from '../store/deployment-record.js';
import type { DeploymentStore } from '../store/deployment-store.js';
import type { EventRouter } from '../triggers/event-router.js';
import type { EventStream } from '../triggers/event-stream.js';
import {
  MOST_EVENT_BYTES,
  MOST_HOOK_BYTES,
  type SaidEvent,
  type SignedEvent,
  type Webhook,
} from '../triggers/said-event.js';
import { isEventType, ownType } from '../triggers/topic.js';
import type { WebhookTrigger } from '../trigger.js';

export interface EventParts {
  readonly store: DeploymentStore;
  readonly events: EventStream;
  readonly router: EventRouter;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What people and signed requests say has happened. */
export class EventService {
  private readonly now: () => number;

  constructor(private readonly parts: EventParts) {
    this.now = parts.now ?? Date.now;
  }

  /** Stores an event for the deployments of whoever says it. Throws InvalidDeploymentError. */
  async emit(event: SaidEvent, { actor, trace }: By): Promise<{ readonly id: string }> {
    const { type, data } = event;
    if (!isEventType(type))
      throw refused(
        'type',
        type,
        'expected words of letters, digits, - and _ with dots between them, such as order.created',
      );
    const own = ownType(type);
    if (own !== undefined)
      throw refused(
        'type',
        type,
        own === 'run' ? 'ends of runs are told by the engine alone' : 'signed requests alone say so',
      );
    assertSize(data, MOST_EVENT_BYTES);
    return { id: await this.parts.events.store(event, actor.userId, this.now(), trace) };
  }

  /** Lists the webhooks of a deployment; none where it is not known. */
  async hooksOf(deploymentId: string): Promise<readonly Webhook[]> {
    const hooks = webhooksOf(await this.find(deploymentId)).map(
      ({ webhook, scheme = 'standard' }): Webhook => ({ webhook, scheme }),
    );
    const distinct = new Map(hooks.map((hook) => [`${hook.webhook} ${hook.scheme}`, hook]));
    return [...distinct.values()];
  }

  /** Hands a signed request on. Throws TerminalError where the deployment has no such webhook. */
  async hook(
    deploymentId: string,
    { webhook, eventId, data }: SignedEvent,
    trace: TraceContext,
  ): Promise<{ readonly eventId: string }> {
    const record = await this.find(deploymentId);
    if (!record || !webhooksOf(record).some((trigger) => trigger.webhook === webhook))
      throw new TerminalError(DeploymentCode.unknown, 'there is no such webhook', [
        { field: 'webhook', value: webhook, message: 'expected the webhook of a deployment' },
      ]);
    assertSize(data, MOST_HOOK_BYTES);
    const event = {
      id: eventId,
      type: `webhook.${webhook.toLowerCase()}`,
      source: `webhook/${webhook}`,
      time: new Date(this.now()).toISOString(),
      data: data ?? null,
    };
    await this.parts.router.signed(record, webhook, event, trace);
    return { eventId };
  }

  /** Whoever asks may have written anything in place of an id. */
  private async find(deploymentId: string): Promise<DeploymentRecord | undefined> {
    return isId(deploymentId) ? this.parts.store.read(deploymentId) : undefined;
  }
}

const webhooksOf = (record: DeploymentRecord | undefined): readonly WebhookTrigger[] =>
  (record?.spec.triggers ?? []).filter((trigger) => 'webhook' in trigger);

function assertSize(data: unknown, most: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(data ?? null));
  if (bytes > most)
    throw new InvalidDeploymentError(`data: it has ${bytes} bytes, expected ${most} at most`, [
      { field: 'data', message: `expected ${most} bytes at most` },
    ]);
}

const refused = (field: string, value: unknown, message: string): InvalidDeploymentError =>
  new InvalidDeploymentError(`${field} ${JSON.stringify(value)} was refused: ${message}`, [
    { field, value, message },
  ]);
