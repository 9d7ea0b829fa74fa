import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BOTH_WAYS } from '#libs/flows/testing';
import { flowRunId } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { AppProcess } from './support/app-process.js';
import { TestClient } from './support/test-client.js';

const { url: natsUrl } = testNats();
const running = new Set<AppProcess>();
let client: TestClient;

async function start(replayAlways: boolean): Promise<AppProcess> {
  const app = await AppProcess.run('orchestrator', 'e2e/support/misbehaving-orchestrator.mjs', {
    NATS_URL: natsUrl,
    REPLAY_ALWAYS: String(replayAlways),
  });
  running.add(app);
  return app;
}

beforeAll(async () => {
  client = await TestClient.connect(natsUrl);
});

afterEach(async () => {
  await Promise.all([...running].map((app) => app.kill9()));
  running.clear();
});

afterAll(() => client.close());

describe.each(BOTH_WAYS)('a flow that never gives the thread back, %s (rule 9)', (_how, replayAlways) => {
  it('is halted by the watching thread, which ends the process; its neighbours go on in the next one', async () => {
    const first = await start(replayAlways);
    // Not by a message: the process is blocked before it could answer.
    const runId = flowRunId(`spinning-${replayAlways}`);
    await client.log.start(runId, {
      type: 'StartRequested',
      flow: 'spin',
      input: {},
      inputHash: '',
      actor: { userId: 'local', channel: 'nats' },
      flags: {},
      tags: [],
    });
    const halted = await client.until(runId, ({ type }) => type === 'RunHalted');
    expect(halted.event).toMatchObject({
      reason: 'blocked',
      error: { code: 'flow/blocked', disposition: 'halt' },
    });
    await first.gone();
    expect(first.lines).toContainEqual(expect.stringMatching(/^run .* is halted \(blocked\)/));

    await start(replayAlways);
    const neighbour = await client.start('greet', {});
    expect(await client.ended(neighbour.runId)).toMatchObject({ type: 'FlowCompleted', result: 'hello' });
    const { events } = await client.log.readRun(runId);
    expect(events.map(({ event }) => event.type)).toEqual(['StartRequested', 'RunHalted']);
  });
});

describe.each(BOTH_WAYS)(
  'a flow that leaves a rejected promise behind, %s (rule 9)',
  (_how, replayAlways) => {
    it('is halted alone, however many runs share its turn', async () => {
      await start(replayAlways);
      const greet = () => client.start('greet', {});
      const [before, guilty, after] = await Promise.all([
        greet(),
        client.start('leave_a_rejection', {}),
        greet(),
      ]);
      expect(await client.ended(guilty.runId)).toMatchObject({
        type: 'RunHalted',
        reason: 'unhandled-rejection',
        error: { message: expect.stringContaining('nobody looks') },
      });
      for (const { runId } of [before, after])
        expect(await client.ended(runId)).toMatchObject({ type: 'FlowCompleted' });
    });
  },
);
