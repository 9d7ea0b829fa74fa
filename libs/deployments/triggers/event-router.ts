import { checkFlowInput, type EndedRun, type FlowRegistry } from '#libs/flows';
import { TerminalError } from '#libs/operations';
import type { FlowRunId, TraceContext } from '#libs/run-log';
import { MOST_BYTES } from '../check-parameters.js';
import { keyOfEvent } from '../ids.js';
import type { DeploymentRecord, StoredSpec } from '../store/deployment-record.js';
import type { DeploymentStore } from '../store/deployment-store.js';
import type { DeploymentView } from '../store/deployment-view.js';
import type { TriggerEvent } from '../trigger.js';
import { endEvent } from './end-event.js';
import { fillFrom } from './event-expressions.js';
import { matchOf, type Match, type Way } from './match.js';
import type { HeardEvent } from './read-event.js';
import type { TriggeredFiring } from './triggered-firing.js';

/** More than so many triggers one after the other are taken for a circle. */
export const MOST_DEPTH = 10;
/** Clocks of brokers and orchestrators may differ by so much. */
const CLOCKS_MS = 60_000;
const LONGEST_REASON = 500;

export interface RouterParts {
  readonly registry: FlowRegistry;
  readonly store: DeploymentStore;
  readonly view: DeploymentView;
}

/** How an event came to be. */
interface Origin {
  readonly way: Way;
  readonly depth: number;
  readonly runId?: FlowRunId;
  readonly trace: TraceContext;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Tells deployments of the events that their triggers wait for. Doing it again does no harm: a deployment is told of an
 * event once. What keeps an event from firing is told as well, so that somebody sees it. All methods throw what may pass.
 */
export class EventRouter {
  constructor(private readonly parts: RouterParts) {}

  /** Hands on what was said, to the deployments of one user or of everybody. */
  async said({ event, userId, trace }: HeardEvent, at: number): Promise<void> {
    const { view } = this.parts;
    // A deployment that was put before the event was said is not to miss it.
    await view.upToDate();
    const origin: Origin = { way: { kind: 'event' }, depth: 1, trace, at };
    for (const id of view.listeners.ofEvents(userId)) await this.tell(view.get(id), event, origin);
  }

  /** Hands on that a run has ended, to the deployments of whoever it acted for. */
  async ended(run: EndedRun): Promise<void> {
    const { view } = this.parts;
    const { start, end, runId, trace, at } = run;
    const { userId } = start.actor;
    await view.caughtUp();
    const ids = view.listeners.ofRuns(userId, start.flow);
    if (ids.length === 0) return;
    const { flow, deploymentId } = start;
    const way: Way = {
      kind: 'run',
      userId,
      flow,
      end: end.status,
      ...(deploymentId === undefined ? {} : { deploymentId }),
    };
    const event = endEvent(run);
    const depth = (start.triggeredBy?.depth ?? 0) + 1;
    for (const id of ids) await this.tell(view.get(id), event, { way, depth, runId, trace, at });
  }

  /** Hands a signed request on to its deployment. */
  signed(record: DeploymentRecord, webhook: string, event: TriggerEvent, trace: TraceContext): Promise<void> {
    const way: Way = { kind: 'webhook', webhook };
    return this.tell(record, event, { way, depth: 1, trace, at: Date.parse(event.time) });
  }

  private async tell(
    record: DeploymentRecord | undefined,
    event: TriggerEvent,
    { way, depth, runId, trace, at }: Origin,
  ): Promise<void> {
    if (!record || at < (record.spec.listensFrom ?? 0) - CLOCKS_MS) return;
    const { spec } = record;
    const match = matchOf(spec.triggers, way, event);
    if (!match) return;
    const { data: _, ...envelope } = event;
    const firing: TriggeredFiring = {
      event: envelope,
      createdAt: spec.createdAt,
      trigger: match.place,
      depth,
      ...(runId === undefined ? {} : { runId }),
      ...(await this.parametersOf(spec, match, event, depth)),
    };
    const key = keyOfEvent(way.kind, event.source, event.id);
    await this.parts.store.tellEvent(spec.id, key, firing, trace);
  }

  private async parametersOf(
    spec: StoredSpec,
    { place, trigger, unclear }: Match,
    event: TriggerEvent,
    depth: number,
  ): Promise<Pick<TriggeredFiring, 'parameters' | 'reason'>> {
    if (depth > MOST_DEPTH)
      return { reason: `${MOST_DEPTH} triggers have led here one after the other: they would for ever` };
    if (unclear !== undefined) return { reason: short(unclear) };
    try {
      const parameters = { ...spec.parameters, ...fillFrom(trigger.parameters ?? {}, event) };
      await this.checkParameters(spec, parameters);
      return { parameters };
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      return { reason: short(`triggers[${place}].parameters: ${error.message}`) };
    }
  }

  /** Another build may know a flow that is not known here: what begins the run checks them then. */
  private async checkParameters(
    { flow, flags, owner }: StoredSpec,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(parameters));
    if (bytes > MOST_BYTES)
      throw new TerminalError(
        'deployment/parameters-too-large',
        `${bytes} bytes, expected ${MOST_BYTES} at most`,
      );
    const { registry } = this.parts;
    if (!registry.knows(flow)) return;
    await checkFlowInput(registry.get(flow).contract, { input: parameters, flags, actor: owner });
  }
}

const short = (text: string): string =>
  text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
