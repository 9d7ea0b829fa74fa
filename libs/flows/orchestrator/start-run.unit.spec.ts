import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import { flow } from '../index.js';
import { SampleDto } from '../testing/sample-operations.js';
import { FlowRegistry } from './registry.js';
import { startRun } from './start-run.js';

const registry = new FlowRegistry([
  flow({ name: 'greet', description: 'Under test.', input: SampleDto }, async () => 1),
]);
const actor = { userId: 'someone', channel: 'api' } as const;

describe('the start of a run', () => {
  it('with 50 MB of input is refused with a sentence, and nothing is stored', async () => {
    const log = createMemoryRunLog();
    const input = { value: 'x'.repeat(50 * 1024 * 1024) };
    await expect(startRun(log, registry, { flow: 'greet', input, actor })).rejects.toMatchObject({
      code: 'flow/too-large',
      disposition: 'terminal',
      message: expect.stringMatching(
        /^the start of flow greet has 52\d{6} bytes; at most 33554432 are taken$/,
      ),
    });
    expect(await log.info('RUN')).toMatchObject({ messages: 0 });
    await log.close();
  });

  it('with a key is one run for one person, and refuses another input or other flags', async () => {
    const log = createMemoryRunLog();
    const request = { flow: 'greet', input: { value: 'x' }, actor, idempotencyKey: 'k' };
    const first = await startRun(log, registry, request);
    expect(await startRun(log, registry, request)).toEqual({ ...first, existing: true });
    const elsewhere = { ...request, actor: { ...actor, userId: 'other' } };
    expect((await startRun(log, registry, elsewhere)).runId).not.toBe(first.runId);
    await expect(startRun(log, registry, { ...request, input: { value: 'y' } })).rejects.toMatchObject({
      code: 'flow/idempotency-conflict',
    });
    await expect(startRun(log, registry, { ...request, flags: { dryRun: true } })).rejects.toMatchObject({
      code: 'flow/idempotency-conflict',
      message: expect.stringContaining('with other flags'),
    });
    await log.close();
  });

  it('of what another run goes on as is not refused: its input is checked by the version that takes it up', async () => {
    const log = createMemoryRunLog();
    const first = flowRunId('run-1');
    const lineage = { continues: { runId: first, first } };
    const { runId } = await startRun(log, registry, { flow: 'greet', input: { value: 7 }, actor, lineage });
    expect((await log.readRun(runId)).events[0]?.event).toMatchObject({
      input: { value: 7 },
      unchecked: true,
    });
    await log.close();
  });
});
