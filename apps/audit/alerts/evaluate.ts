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

/** So many runs a round; the next one goes on from there. */
const MOST = 500;
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
  const runs = await collections.flowRuns
    .find<Run>(
      {
        ...filterOf(rule),
        status: { $in: [FlowRunStatus.failed, FlowRunStatus.completed] },
        finishedAt: { $gt: rule.lookedUntil, $lte: new Date(until) },
      },
      { projection: SHOWN },
    )
    .sort({ finishedAt: 1, _id: 1 })
    .limit(MOST)
    .toArray();
  for (const { _id, flow, status, error, finishedAt } of runs) {
    const at = finishedAt ?? new Date(now);
    if (status === FlowRunStatus.completed) await incidents.resolve(rule._id, flow, at, now);
    else {
      const text = `flow ${flow} has failed: run ${_id}: ${error?.message ?? 'no reason is on record'}`;
      await incidents.open(rule, { subject: flow, first: _id, text, at }, now);
    }
  }
  // Those of one instant are looked at together, so the last one's instant is left for the next round.
  const last = runs.at(-1)?.finishedAt;
  const reached = runs.length < MOST || !last ? until : last.getTime() - 1;
  if (reached > rule.lookedUntil.getTime())
    await rules.updateOne({ _id: rule._id }, { $max: { lookedUntil: new Date(reached) } });
}

/** Of each run one incident, which is over when the run no longer stands as the rule says. */
async function lasting(
  rule: AlertRuleRecord,
  { collections, incidents }: EvaluationParts,
  { now }: Known,
  standing: mongo.Filter<KeptFlowRun>,
  say: (run: Run) => { readonly at: Date | null; readonly text: string },
): Promise<void> {
  const filter = { ...filterOf(rule), ...standing } as mongo.Filter<KeptFlowRun>;
  const runs = await collections.flowRuns
    .find<Run>(filter, { projection: SHOWN })
    .sort({ createdAt: -1 })
    .limit(MOST)
    .toArray();
  for (const run of runs) {
    const { at, text } = say(run);
    const opened = at ?? run.createdAt;
    const told = `run ${run._id} of flow ${run.flow} ${text}`;
    await incidents.open(
      rule,
      { subject: run._id, first: String(opened.getTime()), text: told, at: new Date(now) },
      now,
    );
  }
  const open = await incidents.openOf(rule._id);
  const still = new Set(
    await collections.flowRuns.distinct('_id', {
      _id: { $in: open.map(({ subject }) => subject) },
      ...standing,
    } as mongo.Filter<KeptFlowRun>),
  );
  for (const { subject } of open)
    if (!still.has(subject)) await incidents.resolve(rule._id, subject, new Date(now), now);
}

async function noSuccess(
  rule: AlertRuleRecord,
  { collections, incidents }: EvaluationParts,
  known: Known,
): Promise<void> {
  const { now } = known;
  const subject = rule.flow ?? 'every flow';
  const latest = await collections.flowRuns.findOne<Run>(
    { ...filterOf(rule), status: FlowRunStatus.completed },
    { projection: SHOWN, sort: { finishedAt: -1 } },
  );
  const since = new Date(Math.max(rule.createdAt.getTime(), latest?.finishedAt?.getTime() ?? 0));
  if (since > before(rule, known)) return incidents.resolve(rule._id, subject, new Date(now), now);
  const text = `no run of ${rule.flow ? `flow ${rule.flow}` : 'any flow'} has completed for ${age(since, known)}`;
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
  const percent = Math.round((seen.share ?? 0) * 100);
  const text = `the log is ${percent} % full; when it is full, no flow can be started or go on`;
  await incidents.open(rule, { subject, first: String(now), text, at: new Date(now) }, now);
}

function filterOf({ owner, flow, tag, deploymentId }: AlertRuleRecord): mongo.Filter<KeptFlowRun> {
  return {
    ...(owner === null ? {} : { 'actor.userId': owner }),
    ...(flow === null ? {} : { flow }),
    ...(tag === null ? {} : { tags: tag }),
    ...(deploymentId === null ? {} : { deploymentId }),
  };
}

const before = ({ afterSeconds }: AlertRuleRecord, { now }: Known): Date =>
  new Date(now - (afterSeconds ?? 0) * 1_000);

function age(since: Date | null, { now }: Known): string {
  const minutes = Math.floor((now - (since?.getTime() ?? now)) / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} hours`;
}
