import { checkFlowInput, newRunId, type By, type FlowRegistry, type StartedRun } from '#libs/flows';
import { TerminalError, toErrorRecord } from '#libs/operations';
import { flowRunId, type Actor, type FlowRunId, type RunFlags, type RunLog } from '#libs/run-log';
import { checkSpec, scheduleOf } from '../check-spec.js';
import type {
  DeploymentPage,
  DeploymentQuery,
  DeploymentRef,
  DeploymentSpec,
  DeploymentView,
  FieldChange,
  Plan,
  PlannedDeployment,
  PlanRefusal,
  PutResult,
} from '../deployment.js';
import {
  DeploymentExistsError,
  InvalidDeploymentError,
  RevisionConflictError,
  UnknownDeploymentError,
} from '../errors.js';
import type { Firing } from '../firing.js';
import { beginRun } from '../firing/begin-run.js';
import type { FiringDesk } from '../firing/firing-desk.js';
import { rightsKept, type RightsOf } from '../firing/rights-of.js';
import { deploymentIdOf, runIdOfKey } from '../ids.js';
import { instantsOf, nextOf } from '../instants.js';
import type { ScheduleBody } from '../spec-bodies.js';
import { NOTHING_DONE, remembered } from '../state.js';
import type { DeploymentRecord, StoredSpec } from '../store/deployment-record.js';
import type { DeploymentStore } from '../store/deployment-store.js';
import type { DeploymentView as View } from '../store/deployment-view.js';
import { isoOf, viewOf } from './deployment-views.js';
import { differencesOf, same } from './differences.js';
import { pageOf } from './page.js';
import { idOf, ownerOf, seesAll, startedBy } from './scope.js';

export interface ServiceParts {
  readonly log: RunLog;
  readonly registry: FlowRegistry;
  readonly store: DeploymentStore;
  readonly view: View;
  readonly desk: FiringDesk;
  /** What owners may do now; what they had when it was put, unless told. */
  readonly rightsOf?: RightsOf;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Conditions {
  readonly ifRevision?: number | undefined;
  readonly ifAbsent?: boolean | undefined;
}

interface RunRequest {
  readonly parameters?: Record<string, unknown> | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly flags?: RunFlags | undefined;
  readonly idempotencyKey?: string | undefined;
}

const USUAL_COUNT = 5;
const USUAL_FIRINGS = 20;

/** What people do about deployments. Everything is the caller's own, unless the caller may see everybody's. */
export class DeploymentService {
  private readonly now: () => number;

  constructor(private readonly parts: ServiceParts) {
    this.now = parts.now ?? Date.now;
  }

  async list(query: DeploymentQuery, { actor }: By): Promise<DeploymentPage> {
    const { view, registry } = this.parts;
    await view.upToDate();
    const own = seesAll(actor) ? {} : { owner: actor.userId };
    if (query.owner !== undefined) ownerOf(actor, query.owner);
    const flow = query.flow === undefined ? {} : { flow: registry.ownName(query.flow) };
    const { records, ...rest } = pageOf(view.list(), { ...query, ...flow, ...own });
    const now = this.now();
    return { items: await Promise.all(records.map((record) => this.show(record, now))), ...rest };
  }

  async get(ref: DeploymentRef, by: By): Promise<DeploymentView> {
    return this.show(await this.find(ref, by));
  }

  async put(
    raw: object,
    { owner, ...conditions }: Conditions & { readonly owner?: string | undefined },
    { actor }: By,
  ): Promise<PutResult> {
    const { registry } = this.parts;
    const userId = ownerOf(actor, owner);
    const onBehalf = actor.grants && userId !== actor.userId ? { by: actor.by ?? actor.userId } : {};
    const acting: Actor = { ...actor, userId, ...onBehalf };
    const spec = await checkSpec(registry, raw, acting);
    const id = deploymentIdOf(userId, spec.flow, spec.name);
    return this.change(id, spec, conditions, (before) => this.becoming(id, spec, before, acting, actor));
  }

  async plan(
    raws: readonly object[],
    { prune = false }: { readonly prune?: boolean | undefined },
    { actor }: By,
  ): Promise<Plan> {
    const { registry, view } = this.parts;
    await view.upToDate();
    const changes: PlannedDeployment[] = [];
    const refused: PlanRefusal[] = [];
    const named = new Set<string>();
    for (const [index, raw] of raws.entries()) {
      const said = saidName(raw);
      const id = deploymentIdOf(actor.userId, registry.ownName(said.flow), said.name);
      try {
        const spec = await checkSpec(registry, raw, actor);
        if (named.has(id)) throw twice(spec);
        changes.push(plannedOf(spec, view.get(id), actor));
      } catch (error) {
        const { traceback: _, cause: __, ...record } = toErrorRecord(error);
        if (record.disposition !== 'terminal') throw error;
        refused.push({ index, ...said, error: record });
      }
      named.add(id);
    }
    if (prune)
      for (const { spec, revision } of view.list())
        if (spec.owner.userId === actor.userId && !named.has(spec.id))
          changes.push({ flow: spec.flow, name: spec.name, change: 'removed', fields: [], revision });
    return { changes, refused };
  }

  async remove(ref: DeploymentRef, { ifRevision }: Conditions, by: By): Promise<void> {
    const { store, view } = this.parts;
    for (;;) {
      const { spec, revision } = await this.find(ref, by);
      assertRevision(ref, ifRevision, revision);
      const removed = await store.removeSpec(spec.id, revision);
      if (removed === undefined) continue;
      view.remove(spec.id, removed);
      return;
    }
  }

  async setPaused(ref: DeploymentRef, paused: boolean, by: By): Promise<DeploymentView> {
    const { spec } = await this.find(ref, by);
    const { deployment } = await this.change(spec.id, ref, {}, (before) => {
      if (!before) throw new UnknownDeploymentError(ref);
      const now = this.now();
      return {
        ...before.spec,
        paused,
        updatedAt: isoOf(now),
        // What passed while it was paused was not missed.
        from: before.spec.paused && !paused ? now : before.spec.from,
      };
    });
    return deployment;
  }

  async runNow(ref: DeploymentRef, request: RunRequest, by: By): Promise<StartedRun> {
    const { log, registry } = this.parts;
    const { spec } = await this.find(ref, by);
    const { idempotencyKey } = request;
    const runId = idempotencyKey === undefined ? flowRunId(newRunId()) : runIdOfKey(spec.id, idempotencyKey);
    const run = {
      flow: spec.flow,
      parameters: { ...spec.parameters, ...request.parameters },
      tags: [...new Set([...spec.tags, ...(request.tags ?? [])])],
      flags: { ...spec.flags, ...request.flags },
    };
    const actor = startedBy(by.actor, spec.owner);
    const plan = {
      id: spec.id,
      spec: run,
      runId,
      actor,
      ...(by.trace ? { trace: by.trace } : {}),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    // Refused, it leaves no trace.
    await checkFlowInput(registry.get(spec.flow).contract, {
      input: run.parameters,
      flags: run.flags,
      actor,
    });
    const begun = idempotencyKey !== undefined && (await log.readRun(runId)).last > 0;
    // Recorded first: its end may come before anything that follows its beginning.
    if (!begun) await this.recordRun(spec.id, runId, by.actor);
    return beginRun(log, registry, plan);
  }

  async instants(
    {
      ref,
      schedule,
    }: { readonly ref?: DeploymentRef | undefined; readonly schedule?: ScheduleBody | undefined },
    {
      count = USUAL_COUNT,
      after,
    }: { readonly count?: number | undefined; readonly after?: string | undefined },
    by: By,
  ): Promise<string[]> {
    if ((ref === undefined) === (schedule === undefined))
      throw invalid('schedule', undefined, 'expected either a schedule or the name of a deployment');
    const from = after === undefined ? this.now() : Date.parse(after);
    if (Number.isNaN(from)) throw invalid('after', after, 'expected an ISO instant');
    const of = schedule ? scheduleOf(schedule) : (await this.find(ref!, by)).spec.schedule;
    return of ? nextOf(instantsOf(of), from, count).map(isoOf) : [];
  }

  async firings(ref: DeploymentRef, limit = USUAL_FIRINGS, by: By): Promise<readonly Firing[]> {
    return (await this.find(ref, by)).state.firings.slice(0, limit);
  }

  private async find(ref: DeploymentRef, { actor }: By): Promise<DeploymentRecord> {
    const { view, registry, desk } = this.parts;
    // Somebody else's is looked for by its name.
    if (ref.owner === undefined && seesAll(actor)) await view.upToDate();
    const record = await desk.read(idOf(view, registry, ref, actor));
    if (!record) throw new UnknownDeploymentError({ flow: ref.flow, name: ref.name });
    return record;
  }

  private show(record: DeploymentRecord, now = this.now()): Promise<DeploymentView> {
    const { registry, rightsOf = rightsKept } = this.parts;
    return viewOf(registry, record, now, rightsOf);
  }

  /** Writes what a specification becomes, over whatever stands there, unless that is the same or not as expected. */
  private async change(
    id: string,
    ref: DeploymentRef,
    { ifRevision, ifAbsent = false }: Conditions,
    next: (before: DeploymentRecord | undefined) => StoredSpec,
  ): Promise<PutResult> {
    const { store, view } = this.parts;
    for (;;) {
      const { record, revision: expected } = await store.look(id);
      if (ifAbsent && record) throw new DeploymentExistsError(nameOf(ref), record.revision);
      assertRevision(ref, ifRevision, record?.revision ?? 0);
      const spec = next(record);
      // What the owner may do counts too: it is what the runs may do.
      const isSame = record && differencesOf(record.spec, spec).length === 0;
      if (isSame && sameRights(record.spec.owner, spec.owner))
        return { deployment: await this.show(record), change: 'unchanged' };
      const revision = await store.writeSpec(spec, expected);
      if (revision === undefined) continue;
      const { state, stateSeq } = record ?? { state: NOTHING_DONE, stateSeq: 0 };
      const written = { spec, revision, state, stateSeq };
      view.put(id, written);
      return { deployment: await this.show(written), change: record ? 'updated' : 'created' };
    }
  }

  private becoming(
    id: string,
    spec: DeploymentSpec,
    before: DeploymentRecord | undefined,
    owner: Actor,
    by: Actor,
  ): StoredSpec {
    const now = this.now();
    const old = before?.spec;
    const listensOn = old?.listensFrom !== undefined && same(old.triggers, spec.triggers);
    const goesOn = old && same(old.schedule, spec.schedule) && !(old.paused && !spec.paused);
    return {
      ...spec,
      id,
      // What the owner may do now is what the runs may do; somebody else's edit changes nothing of that.
      owner: old && by.userId !== old.owner.userId ? old.owner : owner,
      createdAt: old?.createdAt ?? isoOf(now),
      updatedAt: isoOf(now),
      from: goesOn ? old.from : now,
      ...(spec.triggers.length === 0 ? {} : { listensFrom: listensOn ? old.listensFrom : now }),
    };
  }

  private async recordRun(id: string, runId: FlowRunId, asker: Actor): Promise<void> {
    const { desk } = this.parts;
    await desk.inTurn(id, async () => {
      for (;;) {
        const record = await desk.read(id);
        if (!record || record.state.active.some((run) => run.runId === runId)) return;
        const { state } = record;
        const instant = isoOf(this.now());
        const firing: Firing = {
          instant,
          at: instant,
          action: 'started',
          runId,
          by: 'person',
          askedBy: asker.userId,
        };
        const written = await desk.write(record, {
          ...state,
          active: [...state.active, { runId, instant }],
          firings: remembered([firing, ...state.firings]),
        });
        if (written) return;
      }
    });
  }
}

const nameOf = ({ flow, name }: DeploymentRef): DeploymentRef => ({ flow, name });

function assertRevision(ref: DeploymentRef, expected: number | undefined, actual: number): void {
  if (expected !== undefined && expected !== actual)
    throw new RevisionConflictError(nameOf(ref), expected, actual);
}

function plannedOf(
  spec: DeploymentSpec,
  record: DeploymentRecord | undefined,
  actor: Actor,
): PlannedDeployment {
  const { flow, name } = spec;
  if (!record) return { flow, name, change: 'created', fields: [] };
  const fields = [...differencesOf(record.spec, spec), ...keyChange(record.spec.owner, actor)];
  return {
    flow,
    name,
    change: fields.length > 0 ? 'updated' : 'unchanged',
    fields,
    revision: record.revision,
  };
}

/** What the runs may do hangs on the key by which a deployment was put last, so that one is a part of it. */
const keyChange = ({ key: from }: Actor, { key: to }: Actor): FieldChange[] =>
  from === to
    ? []
    : [
        {
          field: 'owner.key',
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        },
      ];

const sameRights = (one: Actor, other: Actor): boolean =>
  one.key === other.key && same(one.grants, other.grants);

function saidName(raw: object): { readonly flow: string; readonly name: string } {
  const { flow, name } = raw as Record<string, unknown>;
  return { flow: typeof flow === 'string' ? flow : '', name: typeof name === 'string' ? name : '' };
}

const twice = ({ flow, name }: DeploymentSpec): TerminalError =>
  invalid('name', name, `${flow}/${name} stands in the list twice`);

const invalid = (field: string, value: unknown, message: string): InvalidDeploymentError =>
  new InvalidDeploymentError(`${field}: ${message}`, [{ field, value, message }]);
