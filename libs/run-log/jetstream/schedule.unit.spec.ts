import { expect, it } from '@jest/globals';
import { flowRunId, millis, taskRunId } from '../ids.js';
import { decisions } from '../run-log.fixtures.js';
import { runSubjects } from '../subjects.js';
import { scheduleHeaders } from './schedule.js';

const runId = flowRunId('run-1');
const dueAt = millis(Date.UTC(2026, 0, 2, 3, 4, 5));
const refusal = (target: string) => ({
  code: 'run-log/schedule-target',
  disposition: 'terminal',
  target,
  message: expect.stringContaining(`${JSON.stringify(target)}: expected a request of a run`),
});

it('a schedule may aim at a request of a run, at an instant', () => {
  const target = runSubjects.request(runId, 'TimerFired');
  expect(scheduleHeaders(target, dueAt)).toEqual({
    'Nats-Schedule': '@at 2026-01-02T03:04:05.000Z',
    'Nats-Schedule-Target': target,
    'Nats-Rollup': 'sub',
  });
});

it('no schedule may aim at a decision, of whatever kind (rule 21)', () => {
  for (const decision of decisions(runId)) {
    const target = runSubjects.decision(runId, decision);
    expect(() => scheduleHeaders(target, dueAt)).toThrow(expect.objectContaining(refusal(target)));
  }
});

it.each([
  runSubjects.decisions(runId),
  runSubjects.claim(runId, taskRunId('t1'), 1),
  runSubjects.outcome(runId),
  runSubjects.later(runId, 't1'),
  runSubjects.live(runId),
  'call.sums.add',
  'elsewhere',
  '',
])('no schedule may aim at %j either (rule 21)', (target) => {
  expect(() => scheduleHeaders(target, dueAt)).toThrow(expect.objectContaining(refusal(target)));
});
