import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { FlowClient, FlowRegistry, serveStarts, startOrchestrator } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { Operation, RetryableError, startService } from '#libs/operations';
import { connectRunLog, type JetStreamRunLog } from '#libs/run-log';
import { createLogger } from '#libs/telemetry';
import { testNats } from '#libs/testing';
import { pipeFlow } from './index.js';
import { Gather, Join } from './sample-operations.fixtures.js';

const tries = new Map<string, number>();

@Controller()
class SampleController {
  @Operation(Gather)
  gather({ words }: { words: string[] }): object {
    const key = words.join();
    const nth = (tries.get(key) ?? 0) + 1;
    tries.set(key, nth);
    if (key === 'late' && nth < 3) throw new RetryableError('sample/late', 'not yet');
    return { success: true, ids: words.map((word) => `${word}-${nth}`), message: null };
  }

  @Operation(Join)
  join({ ids, note }: { ids: string[]; note?: string }): object {
    return { text: `${ids.join('+')}${note === undefined ? '' : ` ${note}`}` };
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

const actor = { userId: 'ann', channel: 'api' } as const;
const closing: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(part: T): T => (closing.push(part), part);
let log: JetStreamRunLog;
let flows: FlowClient;

beforeAll(async () => {
  log = keep(await connectRunLog({ servers: testNats().url }));
  const registry = new FlowRegistry([pipeFlow([Gather, Join])]);
  const logger = createLogger({ service: 'sample', level: 'silent' });
  const contracts = [Gather, Join];
  keep(await startService({ service: 'sample', module: SampleModule, contracts, nats: log, logger }));
  const buckets = jetStreamBuckets(log.connection);
  keep(await startOrchestrator({ log, registry, buckets, logger, replayAlways: true }));
  keep(await serveStarts(log.connection, log, registry));
  flows = new FlowClient(log.connection, log);
});
afterAll(async () => {
  for (const part of closing.reverse()) await part.close();
});

async function outcomeOf(input: object) {
  const { runId } = await flows.start('pipe', input, { actor });
  return flows.result(runId);
}

it('runs operations of a service one after the other, each with what the earlier ones gave', async () => {
  const steps = [
    { id: 'first', use: 'gather', with: { words: ['a', 'b'] } },
    { use: 'join', with: { ids: '${{ steps.first.ids }}', note: '${{ steps.first.ids.length }} ids' } },
  ];
  expect(await outcomeOf({ steps })).toMatchObject({
    status: 'completed',
    result: { steps: { first: { ids: ['a-1', 'b-1'] }, join: { text: 'a-1+b-1 2 ids' } } },
  });
});

it('tries a step twice more', async () => {
  const input = { steps: { use: 'gather', with: { words: ['late'] } }, retryDelaySeconds: 0 };
  expect(await outcomeOf(input)).toMatchObject({
    status: 'completed',
    result: { steps: { gather: { ids: ['late-3'] } } },
  });
});

it('is refused by the operation where an expression gives what it does not take', async () => {
  const steps = [
    { id: 'first', use: 'gather', with: { words: ['a'] } },
    { use: 'join', with: { ids: '${{ steps.first.success }}' } },
  ];
  const outcome = await outcomeOf({ steps });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'operation/invalid-input' } });
  expect(outcome.status === 'failed' && outcome.error.message).toMatch(/^task join \(step 2\).*ids/);
});
