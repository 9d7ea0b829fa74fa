import type { FlowRegistry } from '#libs/flows';
import { RetryableError } from '#libs/operations';
import type { Actor, ErrorRecord, FlowRunId, RunLog } from '#libs/run-log';
import { decide, type Verdict } from '../decide.js';
import { runIdOfEvent } from '../ids.js';
import type { DeploymentState, StartIntent } from '../state.js';
import { fenceOf, type DeploymentRecord, type StoredSpec } from '../store/deployment-record.js';
import type { DeploymentStore } from '../store/deployment-store.js';
import type { DeploymentView } from '../store/deployment-view.js';
import type { StoredFiring } from '../triggers/triggered-firing.js';
import { beginRun, giveUp, refusalOf } from './begin-run.js';
import { planOf, type Told } from './plan-run.js';
import { withoutRefused } from './take-back.js';
import { standingOf } from './run-has-ended.js';
import { rightsKept, type RightsOf } from './rights-of.js';
import type { Wake } from './wake.js';

/** Far below the time after which a run that has ended may be archived, and begun again under its id. */
const SURELY_KEPT_MS = 600_000;
/** A start that nobody could see to for so long is given up. */
const CARRIED_MS = 7 * 86_400_000;
const MOST_CARRIED = 20;
/** Events that are dealt with by one write of the state. */
const MOST_EVENTS = 50;
const NOTHING_TOLD: Told = new Map();
/** While builds change, an orchestrator beside this one may have the flow. */
const OTHERS_MAY_KNOW = 3;
const ASK_OTHERS_MS = 500;

export interface DeskParts {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  readonly store: DeploymentStore;
  readonly view: DeploymentView;
  /** What owners may do now; what they had when it was put, unless told. */
  readonly rightsOf?: RightsOf;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Deals with whatever makes a deployment fire.
 *
 * 1. What is done follows from specification, state and time, never from the message that came: one that comes twice,
 *    late, or for a schedule that was changed finds nothing to do.
 * 2. The state is written first, behind a fence over specification and state, so that of two orchestrators one decides,
 *    and never by a specification that was paused, changed or removed meanwhile.
 * 3. What the state says is to be done comes after it and before the ack: runs begin with an id that follows from the
 *    instant, so that beginning them again is nothing; the next instant is set behind the specification's fence.
 * 4. An event's message is a reason to look as well. Those of one deployment are dealt with in the order of the stream,
 *    and the state says up to which: one that comes again finds that it was.
 * 5. A start that a crash has cut off is seen to by whoever gets the message again, or looks at the deployment soon
 *    after. It is not begun again later, for by then the run may have ended, been archived and forgotten.
 */
export class FiringDesk {
  private readonly turns = new Map<string, Promise<unknown>>();
  /** States whose runs this process knows to have begun, but for those left over. */
  private readonly begun = new Map<
    string,
    { readonly stateSeq: number; readonly left: readonly StartIntent[] }
  >();
  /** Up to where events have come that are not dealt with yet. */
  private readonly told = new Map<string, number>();
  private readonly now: () => number;

  constructor(private readonly parts: DeskParts) {
    this.now = parts.now ?? Date.now;
  }

  /** Does what is to be done about a deployment. May be repeated; throws what may pass. */
  wake(id: string, wake: Wake): Promise<void> {
    if (wake.kind === 'event') this.told.set(id, Math.max(this.told.get(id) ?? 0, wake.seq));
    return this.inTurn(id, async () => {
      let fresh = wake.kind === 'spec' && wake.seq > (this.parts.view.get(id)?.revision ?? 0);
      while (!(await this.attend(id, wake, fresh))) fresh = true;
    });
  }

  /** Does one thing at a time about a deployment. */
  inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(id) ?? Promise.resolve()).then(work, work);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(id, over);
    void over.then(() => {
      if (this.turns.get(id) !== over) return;
      this.turns.delete(id);
      this.told.delete(id);
    });
    return turn;
  }

  /** Resolves when nothing is being done. */
  async idle(): Promise<void> {
    while (this.turns.size > 0) await Promise.all(this.turns.values());
  }

  /** Reads a deployment from the stream's leader. */
  async read(id: string): Promise<DeploymentRecord | undefined> {
    const { store, view } = this.parts;
    const record = await store.read(id);
    view.put(id, record);
    return record;
  }

  /** Writes a state; undefined where somebody was first. */
  async write(
    record: DeploymentRecord,
    state: Omit<DeploymentState, 'stamp'>,
  ): Promise<DeploymentRecord | undefined> {
    const { store, view } = this.parts;
    const { id } = record.spec;
    const written = await store.writeState(id, state, fenceOf(record));
    if (!written) return undefined;
    const next = { ...record, state: written.state, stateSeq: written.seq };
    view.put(id, next);
    return next;
  }

  /** False where it has to be looked at anew. */
  private async attend(id: string, wake: Wake, fresh: boolean): Promise<boolean> {
    const { store, view } = this.parts;
    const record = (fresh ? undefined : view.get(id)) ?? (await this.read(id));
    if (!record) {
      this.begun.delete(id);
      await store.forget(id);
      return true;
    }
    const now = Math.max(this.now(), wake.time);
    const carried = await this.seeToStarts(record, wake, now);
    if (!carried) return false;
    const events = await this.eventsFor(record, wake);
    const verdict = await this.judge(record, wake, now, events);
    this.leaveToOthers(record.spec, verdict, wake);
    let current = record;
    if (verdict.changed) {
      const starting = [...carried.slice(-MOST_CARRIED), ...verdict.starts];
      const written = await this.write(record, { ...verdict.state, starting });
      if (!written) return false;
      current = written;
      const told = new Map(events.map((event) => [runIdOfEvent(id, event.key), event]));
      if (!(await this.carryOut(current, verdict, told))) return false;
      this.begun.set(id, { stateSeq: current.stateSeq, left: carried });
    }
    if (wake.kind === 'event') return events.length < MOST_EVENTS || events.at(-1)!.seq >= wake.seq;
    if (verdict.next === undefined || wake.kind === 'ended') return true;
    const certain = this.begun.get(id);
    const begun = certain?.left.length === 0 ? certain.stateSeq : 0;
    return store.setLater(id, verdict.next, current.revision, begun);
  }

  /** Reads what the deployment was told of and has not dealt with, as far as this process knows of it. */
  private async eventsFor({ spec, state }: DeploymentRecord, wake: Wake): Promise<readonly StoredFiring[]> {
    if (wake.kind !== 'event') return [];
    const upTo = Math.max(wake.seq, this.told.get(spec.id) ?? 0);
    return this.parts.store.readEvents(spec.id, { after: state.heard, upTo, most: MOST_EVENTS });
  }

  private async judge(
    { spec, state }: DeploymentRecord,
    wake: Wake,
    now: number,
    events: readonly StoredFiring[],
  ): Promise<Verdict> {
    const { id, from, createdAt } = spec;
    const situation = { id, spec, from, state, now, cause: wake.seq, events, createdAt };
    const ended = wake.kind === 'ended' ? [wake.runId] : [];
    const verdict = decide({ ...situation, ended });
    if (!verdict.held) return verdict;
    const gone = await this.gone(state, now);
    return gone.length > 0 ? decide({ ...situation, ended: [...ended, ...gone] }) : verdict;
  }

  /** Begins and ends what a state that was just written says; false where one run was refused and that is recorded. */
  private async carryOut(
    record: DeploymentRecord,
    { starts, cancels }: Verdict,
    told: Told,
  ): Promise<boolean> {
    const { log } = this.parts;
    for (const cancel of cancels) await giveUp(log, cancel.runId, actorOf(record.spec), cancel.for);
    return this.beginAll(record, starts, told);
  }

  private async beginAll(
    record: DeploymentRecord,
    starts: readonly StartIntent[],
    told = NOTHING_TOLD,
  ): Promise<boolean> {
    const { log, registry, store, rightsOf = rightsKept } = this.parts;
    const { spec } = record;
    const refused = new Map<FlowRunId, ErrorRecord>();
    for (const intent of starts) {
      const { runId } = intent;
      try {
        const plan = await planOf(store, spec, intent, told);
        await beginRun(log, registry, { ...plan, actor: await rightsOf(actorOf(spec)) });
      } catch (error) {
        const refusal = refusalOf(error);
        // Begun by a build that knows the flow and took its input, it goes on.
        if ((await log.readRun(runId)).last === 0) refused.set(runId, refusal);
      }
    }
    if (refused.size === 0) return true;
    await this.write(record, withoutRefused(record.state, refused));
    return false;
  }

  /**
   * Sees to it that what was decided before has begun, as far as a crash may have come between. Gives what is left for
   * later; undefined where the deployment has to be looked at anew.
   */
  private async seeToStarts(
    record: DeploymentRecord,
    wake: Wake,
    now: number,
  ): Promise<readonly StartIntent[] | undefined> {
    const { spec, state, stateSeq } = record;
    const known = this.begun.get(spec.id);
    const isKnown = known?.stateSeq === stateSeq;
    const isSaid = wake.kind === 'fire' && wake.begun === stateSeq;
    // What has ended has begun.
    const hasEnded = ({ runId }: StartIntent): boolean => wake.kind === 'ended' && wake.runId === runId;
    const open = (isKnown ? known.left : isSaid ? [] : state.starting).filter((intent) => !hasEnded(intent));
    const isMine = ({ cause, at }: StartIntent): boolean =>
      cause === wake.seq || (!isKnown && now - at < SURELY_KEPT_MS);
    if (!(await this.beginAll(record, open.filter(isMine)))) return undefined;
    if (!isKnown && !isSaid)
      for (const { runId, givenUp } of state.active)
        if (givenUp) await giveUp(this.parts.log, runId, actorOf(spec), undefined);
    const left = open.filter((intent) => !isMine(intent) && now - intent.at < CARRIED_MS);
    this.begun.set(spec.id, { stateSeq, left });
    return left;
  }

  /** Which active runs are none any more though nobody has said so. */
  private async gone({ active, starting }: DeploymentState, now: number): Promise<FlowRunId[]> {
    const gone: FlowRunId[] = [];
    for (const { runId, instant } of active) {
      const standing = await standingOf(this.parts.log, runId);
      const mayBegin =
        starting.some((intent) => intent.runId === runId) || now - Date.parse(instant) < SURELY_KEPT_MS;
      if (standing === 'ended' || (standing === 'unknown' && !mayBegin)) gone.push(runId);
    }
    return gone;
  }

  private leaveToOthers({ flow }: StoredSpec, { starts }: Verdict, { deliveries }: Wake): void {
    if (starts.length === 0 || deliveries >= OTHERS_MAY_KNOW || this.parts.registry.knows(flow)) return;
    throw new RetryableError(
      'deployment/flow-elsewhere',
      `flow ${flow} is not known here; another orchestrator may have it`,
      ASK_OTHERS_MS,
    );
  }
}

/** Runs of a schedule act for the owner. */
export const actorOf = ({ owner }: Pick<StoredSpec, 'owner'>): Actor => ({ ...owner, channel: 'schedule' });
