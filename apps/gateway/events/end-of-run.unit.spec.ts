import { describe, expect, it } from '@jest/globals';
import { flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { RunEvent } from '#libs/run-log';
import { finished, scheduled } from '../testing/run-script.js';
import { endOf } from './end-of-run.js';
import type { RunEnd } from './end-of-run.js';

const actor = { userId: 'local', channel: 'api' } as const;
const error = { code: 'x/y', message: 'no', disposition: 'halt' } as const;
const halted = { type: 'RunHalted', reason: 'poison', error } as const;

const after = (...events: RunEvent[]): RunEnd | undefined =>
  endOf(
    events.map((event, index) => ({
      event,
      runId: flowRunId('r'),
      position: { stream: 'RUN', epoch: 'e', seq: streamSeq(index + 1) },
      time: millis(index),
      trace: {},
    })),
  );

describe('the end of a run', () => {
  it('names the run that goes on with its work', () => {
    const fedSeq = streamSeq(1);
    expect(after({ type: 'FlowContinued', nextRunId: flowRunId('r-c2'), input: {}, fedSeq })).toEqual({
      status: 'completed',
      result: null,
      error: null,
      continuedBy: 'r-c2',
    });
  });

  it('has not come while the run is paused, waits, or undoes what it did', () => {
    const held: RunEvent[] = [
      { type: 'RunPaused', actor },
      { type: 'SignalAwaited', step: 1, name: 'go' },
      { type: 'FlowCancelling', cause: 'cancel' },
      { type: 'CompensationStarted', steps: [1] },
    ];
    for (const event of held) expect(after(event)).toBeUndefined();
  });

  it('is a halt until somebody asks for the run to go on', () => {
    expect(after(halted, finished(1), { type: 'SignalSent', actor, name: 'go', payload: 1 })).toMatchObject({
      status: 'halted',
    });
    expect(after(halted, { type: 'ResumeRequested', actor })).toBeUndefined();
    expect(after(halted, { type: 'RunResumed', actor, after: 'halt' })).toBeUndefined();
    expect(after(halted, { type: 'ResumeRequested', actor }, halted)).toMatchObject({ status: 'halted' });
    expect(after(halted, scheduled(1))).toBeUndefined();
  });

  it('is undone by nothing else', () => {
    const late = { type: 'TasksCancelled', taskRunIds: [taskRunId('t')], reason: 'late' } as const;
    expect(after({ type: 'FlowFailed', error }, late, scheduled(1))).toMatchObject({ status: 'failed' });
  });
});
