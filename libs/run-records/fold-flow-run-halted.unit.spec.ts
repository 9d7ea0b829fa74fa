import { describe, expect, it } from '@jest/globals';
import type { RunEvent } from '#libs/run-log';
import { at, begun, given } from './fold-flow-run.fixtures.js';
import {
  approvalRequested,
  cancelled,
  done,
  failure,
  finished,
  flowStarted,
  inDoubt,
  resumed,
  scheduled,
} from './testing/events.js';

describe('the record of a run whose start cannot be read', () => {
  const error = {
    code: 'run-log/unknown-event',
    message: 'StartRequested version 2',
    disposition: 'halt',
  } as const;
  const unread = { type: 'RunHalted', reason: 'unknown-event', error } as const;

  it('begins with its halt, as the platform’s own', () => {
    expect(given(unread)).toMatchObject({
      _id: 'run-1',
      flow: 'unknown',
      status: 'halted',
      parameters: null,
      actor: { userId: 'system' },
      halt: { reason: 'unknown-event', at: at(1) },
      error: { code: 'run-log/unknown-event' },
      createdAt: at(1),
      lastSeq: 1,
    });
  });

  it('learns its flow when the run goes on', () => {
    const goesOn = { type: 'RunResumed', actor: { userId: 'ann', channel: 'ui' }, after: 'halt' } as const;
    expect(given(unread, goesOn, flowStarted)).toMatchObject({
      flow: 'greet',
      version: '1',
      status: 'running',
      halt: null,
      error: null,
    });
  });

  it('does not begin with another halt: what came before it is gone', () => {
    expect(given({ ...unread, reason: 'poison' })).toBeNull();
  });
});

describe('the record of a run', () => {
  it('stays halted while outcomes come in, until a decision goes on', () => {
    const halted = [
      ...begun,
      scheduled('t1'),
      { type: 'RunHalted', reason: 'poison', error: { ...failure, disposition: 'halt' } },
      finished('t1', done),
    ] satisfies RunEvent[];
    expect(given(...halted)).toMatchObject({
      status: 'halted',
      halt: { reason: 'poison', at: at(4) },
      error: { message: 'come back later' },
      tasks: { success: 1 },
    });
    expect(given(...halted, scheduled('t2'))).toMatchObject({ status: 'running', halt: null, error: null });
  });

  it('goes on after a halt when a person has said so, and keeps who it was', () => {
    const actor = { userId: 'ann', channel: 'ui' } as const;
    const halted = [
      ...begun,
      scheduled('t1'),
      finished('t1', { status: 'failed', error: { ...failure, disposition: 'halt' } }),
      { type: 'RunHalted', reason: 'ambiguous', error: { ...failure, disposition: 'halt' } },
    ] satisfies RunEvent[];
    expect(given(...halted)?.tasks).toMatchObject({ failed: 1, success: 0 });
    const { resolutions } = resumed({ as: 'succeeded', result: 1 });
    expect(given(...halted, { type: 'ResumeRequested', actor, resolutions })).toMatchObject({
      status: 'halted',
      tasks: { failed: 1, success: 0 },
    });
    expect(given(...halted, resumed({ as: 'succeeded', result: 1 }))).toMatchObject({
      status: 'running',
      halt: null,
      error: null,
      tasks: { failed: 0, success: 1 },
      resumed: { by: actor, after: 'ambiguous', at: at(6) },
    });
  });

  it('names the tasks that it is halted for, and counts them as failed', () => {
    expect(given(...begun, scheduled('t1'), cancelled('t1'), inDoubt('t1'))).toMatchObject({
      status: 'halted',
      halt: { reason: 'ambiguous', taskRunIds: ['t1'] },
      tasks: { failed: 1, cancelled: 0 },
    });
  });

  it('is paused whatever comes in, and goes on where it was', () => {
    const actor = { userId: 'ann', channel: 'ui' } as const;
    const paused = [
      ...begun,
      approvalRequested(1),
      scheduled('t1'),
      { type: 'PauseRequested', actor },
      { type: 'RunPaused', actor, reason: 'lunch' },
      finished('t1', done),
    ] satisfies RunEvent[];
    expect(given(...paused)).toMatchObject({
      status: 'paused',
      pause: { by: actor, reason: 'lunch', at: at(6) },
      waitingFor: [{ kind: 'approval' }],
    });
    expect(given(...paused, { type: 'RunResumed', actor, after: 'pause' })).toMatchObject({
      status: 'waiting',
      pause: null,
    });
  });
});
