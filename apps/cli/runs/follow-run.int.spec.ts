import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { flowRunId, streamSeq } from '#libs/run-log';
import { GatewayClient } from '../gateway/gateway-client.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { eventStream, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';
import { flowCompleted, flowStarted, streamed } from '../testing/run-events.js';
import { followRun } from './follow-run.js';

let gateway: FakeGateway;
let pauses: number;

beforeEach(async () => {
  gateway = await startFakeGateway();
  pauses = 0;
  gateway.on('GET /flow-runs/run1/events', (_, response) => {
    const send = eventStream(response);
    const nextRunId = flowRunId('run1-c2');
    send('FlowStarted', streamed(flowStarted, 1), 1);
    send(
      'FlowContinued',
      streamed({ type: 'FlowContinued', nextRunId, input: {}, fedSeq: streamSeq(1) }, 2),
      2,
    );
    send('end', { runId: 'run1', status: 'completed', result: null, error: null, continuedBy: nextRunId });
    response.end();
    return undefined;
  });
  gateway.on('GET /flow-runs/run1-c2/events', (_, response) => {
    const send = eventStream(response);
    send('FlowStarted', streamed(flowStarted, 3), 3);
    send('FlowCompleted', streamed(flowCompleted, 4), 4);
    send('end', { runId: 'run1-c2', status: 'completed', result: { greeted: 2 }, error: null });
    response.end();
    return undefined;
  });
});
afterEach(() => gateway.close());

const follow = (whenPaused: () => void = () => undefined) => {
  const terminal = captureTerminal();
  const followed = followRun({
    ...{ gateway: new GatewayClient(gateway.url), terminal, runId: 'run1', flow: 'greet' },
    async pause() {
      pauses++;
      whenPaused();
    },
  });
  return { terminal, followed };
};

describe('a run that another one goes on with', () => {
  it('is followed to the end of that one', async () => {
    gateway.on('GET /flow-runs/run1-c2', { body: { id: 'run1-c2' } });
    const { terminal, followed } = follow();
    expect((await followed).end).toMatchObject({ runId: 'run1-c2', result: { greeted: 2 } });
    expect(terminal.out.map((line) => line.slice('00:00:00 '.length))).toEqual([
      '● greet started',
      '✔ greet completed and goes on as run1-c2',
      '● greet started',
      '✔ greet completed',
    ]);
    expect(pauses).toBe(0);
    expect(terminal.listeners()).toBe(0);
  });

  it('is followed also where that one begins a moment later', async () => {
    const { followed } = follow(() => {
      if (pauses === 3) gateway.on('GET /flow-runs/run1-c2', { body: { id: 'run1-c2' } });
    });
    expect((await followed).end).toMatchObject({ runId: 'run1-c2' });
    expect(pauses).toBe(3);
  });

  it('is given up where that one never begins', async () => {
    const { followed } = follow();
    await expect(followed).rejects.toMatchObject({ problem: { status: 404 } });
    expect(pauses).toBe(39);
  });
});
