import { expect, it } from '@jest/globals';
import { flowRunId, taskRunId } from './ids.js';
import { cancel, decisions, flowStarted, scheduled, callFinished } from './run-log.fixtures.js';
import {
  callSubject,
  filters,
  matches,
  parseSubject,
  partitionOf,
  runFilter,
  runSubjects,
} from './subjects.js';

const runId = flowRunId('run-1');

// Fixed for ever: another result would tear every stored run from its subjects.
it.each([
  ['a', 12],
  ['foobar', 8],
  ['run-1', 12],
  ['0193e7a0-1111-7000-8000-000000000000', 4],
  ['Z_z-9', 6],
])('puts run %s into partition %i', (id, partition) => {
  expect(partitionOf(flowRunId(id))).toBe(partition);
});

it('spreads runs evenly over the partitions', () => {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) counts[partitionOf(flowRunId(`run-${i}`))]!++;
  expect(Math.min(...counts)).toBeGreaterThan(700);
  expect(Math.max(...counts)).toBeLessThan(1_300);
});

it('builds every subject of the grammar', () => {
  const root = `run.${partitionOf(runId)}.run-1`;
  expect(runSubjects.request(runId, 'StartRequested')).toBe(`${root}.in.request.start`);
  expect(runSubjects.request(runId, cancel.type)).toBe(`${root}.in.request.cancel`);
  expect(runSubjects.request(runId, 'TimerFired')).toBe(`${root}.in.request.timer`);
  expect(runSubjects.decision(runId, flowStarted)).toBe(`${root}.decision.flow`);
  expect(runSubjects.decision(runId, scheduled(1, { runId, lane: 'urgent' }))).toBe(
    `${root}.decision.task.sums.add.urgent`,
  );
  expect(runSubjects.decision(runId, { type: 'TasksCancelled', taskRunIds: [], reason: 'x' })).toBe(
    `${root}.decision.cancel`,
  );
  expect(runSubjects.claim(runId, taskRunId('t1'), 2)).toBe(`${root}.fact.claim.t1.2`);
  expect(runSubjects.outcome(runId)).toBe(`${root}.in.outcome`);
  expect(runSubjects.later(runId, 'timer-1')).toBe(`${root}.later.timer-1`);
  expect(runSubjects.live(runId)).toBe(`live.${partitionOf(runId)}.run-1`);
  expect(callSubject(callFinished(taskRunId('t1')))).toBe('call.sums.add');
  expect(runFilter('LIVE', runId)).toBe(runSubjects.live(runId));
  expect(runFilter('CALLS', runId)).toBeUndefined();
});

it.each([
  ['SignalSent', 'signal'],
  ['ApprovalAnswered', 'approval'],
  ['PauseRequested', 'pause'],
  ['ResumeRequested', 'resume'],
  ['ChildFinished', 'child'],
  ['ValueLoaded', 'value'],
] as const)('puts %s under in.request.%s', (type, verb) => {
  expect(runSubjects.request(runId, type)).toBe(`run.${partitionOf(runId)}.run-1.in.request.${verb}`);
});

it('puts every decision but tasks and their cancels under decision.flow', () => {
  for (const decision of decisions(runId)) {
    if (decision.type === 'TaskScheduled' || decision.type === 'TasksCancelled') continue;
    expect([decision.type, runSubjects.decision(runId, decision)]).toEqual([
      decision.type,
      `run.${partitionOf(runId)}.run-1.decision.flow`,
    ]);
  }
});

it('has one filter for what triggers the runs of a partition, and lets nothing else through', () => {
  const filter = filters.triggers(partitionOf(runId));
  const through = [
    runSubjects.request(runId, 'StartRequested'),
    runSubjects.request(runId, 'TimerFired'),
    runSubjects.outcome(runId),
  ];
  const held = [
    runSubjects.decision(runId, flowStarted),
    runSubjects.decision(runId, scheduled(1, { runId })),
    runSubjects.claim(runId, taskRunId('t1'), 1),
    runSubjects.later(runId, 't1'),
  ];
  expect([...through, ...held].filter((subject) => matches(filter, subject))).toEqual(through);
});

it('reads back what it built', () => {
  expect(parseSubject(runSubjects.request(runId, 'TimerFired'))).toEqual({ kind: 'request', runId });
  expect(parseSubject(runSubjects.decision(runId, flowStarted))).toEqual({ kind: 'decision', runId });
  expect(parseSubject(runSubjects.outcome(runId))).toEqual({ kind: 'outcome', runId });
  expect(parseSubject(runSubjects.claim(runId, taskRunId('t1'), 1))).toEqual({ kind: 'fact', runId });
  expect(parseSubject(runSubjects.later(runId, 't'))).toEqual({ kind: 'later', runId });
  expect(parseSubject(runSubjects.live(runId))).toEqual({ kind: 'live', runId });
  expect(parseSubject('dead.sums.add')).toEqual({ kind: 'call' });
});

it.each([
  'run.0',
  'other.0.run-1.in.outcome',
  'run.15.run-1.in.outcome',
  'run.12.run-1.rumour',
  'run.12.run-1.in',
  'run.12.run-1.in.decision',
  'run.12.run-1.request.start',
  'run.12.ru n.in.request.start',
])('reads nothing from %s', (subject) => {
  expect(parseSubject(subject)).toBeUndefined();
});

it('refuses names that would bend the grammar', () => {
  expect(() => flowRunId('a.b')).toThrow(/run id "a.b"/);
  expect(() => filters.work('sums', 'add.>', 'normal')).toThrow(/operation "add.>"/);
  expect(() => runSubjects.later(runId, '*')).toThrow(/timer id/);
});

it.each([
  ['run.*.*.decision.cancel', 'run.1.x.decision.cancel', true],
  ['run.1.x.>', 'run.1.x.in.outcome', true],
  ['run.1.x.>', 'run.1.x', false],
  ['run.*', 'run.1.x', false],
  ['run.1.x', 'run.1', false],
])('matches %s against %s: %s', (filter, subject, expected) => {
  expect(matches(filter, subject)).toBe(expected);
});
