import type { mongo } from 'mongoose';
import { FlowRunStatus } from '#libs/run-records';
import type { Collections, KeptFlowRun } from '../projection/collections.js';
import type { AlertRuleRecord } from '../records/alert.record.js';
import type { Pressure } from '../retention/log-pressure.js';
import type { Incidents } from './incidents.js';

export interface EvaluationParts {
  readonly collections: Collections;
  readonly incidents: Incidents;
  readonly rules: mongo.Collection<AlertRuleRecord>;
  readonly pressure: () => Pressure | undefined;
}

/** The audit has folded everything up to this instant of the log. */
export interface Known {
  readonly until: number;
  readonly now: number;
}

/** So many runs are held in memory. */
const PAGE = 500;
const SHOWN = { flow: 1, status: 1, error: 1, createdAt: 1, startedAt: 1, finishedAt: 1, halt: 1 } as const;
const UNBEGUN = [FlowRunStatus.pending] as const;
const GOING = [
  FlowRunStatus.running,
  FlowRunStatus.waiting,
  FlowRunStatus.paused,
  FlowRunStatus.halted,
] as const;

type Run = Pick<
  KeptFlowRun,
  '_id' | 'flow' | 'status' | 'error' | 'createdAt' | 'startedAt' | 'finishedAt' | 'halt'
>;

/** Looks for what a rule is about, opens incidents and resolves them. It may be repeated. */
export async function evaluate(rule: AlertRuleRecord, parts: EvaluationParts, known: Known): Promise<void> {
  switch (rule.kind) {
    case 'failed':
      return failed(rule, parts, known);
    case 'halted':
      return lasting(rule, parts, known, { status: FlowRunStatus.halted }, ({ halt, error }) => ({
        at: halt?.at ?? null,
        text: `is halted and waits for a person: ${error?.message ?? halt?.reason ?? ''}`,
      }));
    case 'late':
      return lasting(
        rule,
        parts,
        known,
        { status: { $in: [...UNBEGUN] }, createdAt: { $lte: before(rule, known) } },
        ({ createdAt }) => ({
          at: createdAt,
          text: `was asked for ${age(createdAt, known)} ago and has not begun`,
        }),
      );
    case 'slow':
      return lasting(
        rule,
        parts,
        known,
        { status: { $in: [...GOING] }, startedAt: { $lte: before(rule, known) } },
        ({ startedAt }) => ({ at: startedAt, text: `has been running for ${age(startedAt, known)}` }),
      );
    case 'no-success':
      return noSuccess(rule, parts, known);
    case 'log-filling':
      return logFilling(rule, parts, known);
  }
}

/** Of each flow one incident: the first failure opens it, the next success resolves it. */
async function failed(
  rule: AlertRuleRecord,
  { collections, incidents, rules }: EvaluationParts,
  { until, now }: Known,
): Promise<void> {
  for (let looked = rule.lookedUntil.getTime(); looked < until;) {
    const runs = await collections.flowRuns
      .find<Run>(
        {
          ...filterOf(rule),
          status: { $in: [FlowRunStatus.failed, FlowRunStatus.completed] },
          finishedAt: { $gt: new Date(looked), $lte: new Date(until) },
        },
        { projection: SHOWN },
      )
      .sort({ finishedAt: 1, _id: 1 })
      .limit(PAGE)
      .toArray();
    for (const { _id, flow, status, error, finishedAt } of runs) {
      const at = finishedAt ?? new Date(now);
      if (status === FlowRunStatus.completed) await incidents.resolve(rule._id, flow, at, now);
      else {
        const text = `flow ${flow} has failed: run ${_id}: ${error?.message ?? 'no reason is on record'}`;
        await incidents.open(rule, { subject: flow, first: _id, text, at }, now);
      }
    }
    // Those of one instant are looked at together, so the last one's instant is looked at once more.
    const last = runs.at(-1)?.finishedAt?.getTime();
    const reached = runs.length < PAGE || last === undefined ? until : Math.max(last - 1, looked + 1);
    await rules.updateOne({ _id: rule._id }, { $max: { lookedUntil: new Date(reached) } });
    looked = reached;
  }
}

/** Of each run one incident, which is over when the run no longer stands as the rule says. */
async function lasting(
  rule: AlertRuleRecord,
  { collections, incidents }: EvaluationParts,
  { now }: Known,
  standing: mongo.Filter<KeptFlowRun>,
  say: (run: Run) => { readonly at: Date | null; readonly text: string },
): Promise<void> {
  const { flowRuns } = collections;
  const openNew = async (runs: readonly Run[]): Promise<void> => {
    const known = await incidents.openAmong(
      rule._id,
      runs.map(({ _id }) => _id),
    );
    for (const run of runs) {
      if (known.has(run._id)) continue;
      const { at, text } = say(run);
      const first = String((at ?? run.createdAt).getTime());
      const told = `run ${run._id} of flow ${run.flow} ${text}`;
      await incidents.open(rule, { subject: run._id, first, text: told, at: new Date(now) }, now);
    }
  };
  const filter = { ...filterOf(rule), ...standing } as mongo.Filter<KeptFlowRun>;
  let page: Run[] = [];
  const found = flowRuns.find<Run>(filter, { projection: SHOWN }).sort({ createdAt: 1, _id: 1 });
  for await (const run of found.batchSize(PAGE)) {
    if (page.push(run) < PAGE) continue;
    await openNew(page);
    page = [];
  }
  if (page.length > 0) await openNew(page);

  for await (const subjects of incidents.openOf(rule._id, PAGE)) {
    const still = { _id: { $in: subjects }, ...standing } as mongo.Filter<KeptFlowRun>;
    const standingStill = new Set(
      (await flowRuns.find(still, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
    );
    for (const subject of subjects)
      if (!standingStill.has(subject)) await incidents.resolve(rule._id, subject, new Date(now), now);
  }
}

async function noSuccess(
  rule: AlertRuleRecord,
  { collections, incidents }: EvaluationParts,
  known: Known,
): Promise<void> {
  const { now } = known;
  const { _id, createdAt, flow } = rule;
  const subject = flow ?? 'every flow';
  const limit = before(rule, known);
  const successes = { ...filterOf(rule), status: FlowRunStatus.completed };
  // Only what is recent is looked through time and again.
  const isFine =
    createdAt > limit ||
    (await collections.flowRuns.findOne(
      { ...successes, finishedAt: { $gt: limit } },
      { projection: { _id: 1 } },
    ));
  if (isFine) return incidents.resolve(_id, subject, new Date(now), now);
  if ((await incidents.latest(_id, subject))?.state === 'open') return;
  const latest = await collections.flowRuns.findOne<Run>(
    { ...successes, finishedAt: { $gt: createdAt } },
    { projection: SHOWN, sort: { finishedAt: -1 } },
  );
  const since = latest?.finishedAt ?? createdAt;
  const text = `no run of ${scopeText(rule)} has completed for ${age(since, known)}`;
  await incidents.open(rule, { subject, first: String(since.getTime()), text, at: new Date(now) }, now);
}

async function logFilling(
  rule: AlertRuleRecord,
  { incidents, pressure }: EvaluationParts,
  { now }: Known,
): Promise<void> {
  const seen = pressure();
  if (!seen) return;
  const subject = 'the log';
  if (seen.level === 0) return incidents.resolve(rule._id, subject, new Date(now), now);
  const latest = await incidents.latest(rule._id, subject);
  if (latest?.state === 'open') return;
  // Two audits that find it at once find the same.
  const first = String(latest?.resolvedAt?.getTime() ?? 0);
  const percent = Math.round((seen.share ?? 0) * 100);
  const text = `the log is ${percent} % full; when it is full, no flow can be started or go on`;
  await incidents.open(rule, { subject, first, text, at: new Date(now) }, now);
}

function filterOf({ owner, flow, tag, deploymentId }: AlertRuleRecord): mongo.Filter<KeptFlowRun> {
  return {
    ...(owner === null ? {} : { 'actor.userId': owner }),
    ...(flow === null ? {} : { flow }),
    ...(tag === null ? {} : { tags: tag }),
    ...(deploymentId === null ? {} : { deploymentId }),
  };
}

function scopeText({ flow, tag, deploymentId }: AlertRuleRecord): string {
  return [
    flow === null ? 'any flow' : `flow ${flow}`,
    ...(tag === null ? [] : [`with the tag ${tag}`]),
    ...(deploymentId === null ? [] : [`of the deployment ${deploymentId}`]),
  ].join(' ');
}

const before = ({ afterSeconds }: AlertRuleRecord, { now }: Known): Date =>
  new Date(now - (afterSeconds ?? 0) * 1_000);

function age(since: Date | null, { now }: Known): string {
  const minutes = Math.floor((now - (since?.getTime() ?? now)) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} hours`;
}
