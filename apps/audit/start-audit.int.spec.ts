import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { Logger } from '@nestjs/common';
import {
  AnalyticsOperations,
  GetArtifact,
  GetFlowRun,
  GetTaskRun,
  ListApprovals,
  ListArtifacts,
  ListTaskLogs,
  ListTaskRuns,
  RebuildAudit,
} from '#libs/contracts';
import { findFreePort } from '#libs/local-stack';
import { OperationClient } from '#libs/operations';
import { connectRunLog, flowRunId, streamSeq } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testMongoUri, testNats } from '#libs/testing';
import {
  answered,
  approvalRequested,
  artifact,
  claimed,
  done,
  finished,
  flowStarted,
  scheduled,
  startRequested,
} from '#libs/run-records/testing';
import { startAudit } from './index.js';
import type { RunningAudit } from './index.js';

Logger.overrideLogger(false);
const broker = testNats();
const admin = { userId: 'local', channel: 'cli' } as const;

describe('the audit service', () => {
  let audit: RunningAudit;
  let log: JetStreamRunLog;
  let client: OperationClient;

  beforeAll(async () => {
    audit = await startAudit({ natsUrl: broker.url, mongoUri: testMongoUri() });
    await audit.folding;
    log = await connectRunLog({ servers: broker.url, name: 'spec' });
    client = new OperationClient({ nats: log.connection, log });
    const id = flowRunId('run-1');
    await log.start(id, startRequested());
    const decided = await log.decide(id, streamSeq(0), [
      flowStarted,
      scheduled('t1'),
      artifact(2),
      approvalRequested(3),
    ]);
    await log.outcome(id, finished('t1', done));
    await log.call(claimed('c1'));
    const calls = await log.call(answered('c1', done));
    const runs = await log.decide(id, decided, [{ type: 'FlowCompleted', result: { ok: true } }]);
    await audit.reaches({ RUN: runs, CALLS: calls });
  });
  afterAll(async () => {
    await log.close();
    await audit.close();
  });

  it('answers with the records of runs, tasks and direct calls', async () => {
    await expect(client.call(GetFlowRun, { flowRunId: 'run-1' }, { actor: admin })).resolves.toMatchObject({
      flow: 'greet',
      status: 'completed',
      parameters: { name: 'you' },
      result: { ok: true },
      tasks: { total: 1, success: 1 },
      taskSuccessRate: 1,
    });
    await expect(client.call(GetTaskRun, { taskRunId: 't1' }, { actor: admin })).resolves.toMatchObject({
      orchestrated: true,
      flowRunId: 'run-1',
      inputDump: { name: 'you', 'a.b': { $set: 1 } },
    });
    const { items } = await client.call(ListTaskRuns, { orchestrated: false }, { actor: admin });
    expect(items.map(({ id, status }) => [id, status])).toEqual([['c1', 'success']]);
    const stats = await client.call(AnalyticsOperations, {}, { actor: admin });
    expect(stats.items).toMatchObject([
      { key: 'say_hello', direct: { count: 1 }, orchestrated: { count: 1 } },
    ]);
    await expect(client.call(ListTaskLogs, { taskRunId: 't1' }, { actor: admin })).resolves.toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('answers with what flows show and ask', async () => {
    const { items } = await client.call(ListArtifacts, { key: 'greetings' }, { actor: admin });
    expect(items).toMatchObject([{ flowRunId: 'run-1', data: '# hello', dataRef: null }]);
    const artifactId = items[0]?.id ?? '';
    await expect(client.call(GetArtifact, { artifactId }, { actor: admin })).resolves.toEqual(items[0]);
    await expect(client.call(ListApprovals, { flowRunId: 'run-1' }, { actor: admin })).resolves.toMatchObject(
      {
        items: [{ step: 3, name: 'send the greeting', payload: { text: 'hello' }, status: 'withdrawn' }],
      },
    );
    await expect(
      client.call(ListApprovals, { status: 'done' as never }, { actor: admin }),
    ).rejects.toMatchObject({
      fields: [{ field: 'status' }],
    });
  });

  it('leaves no record of being asked', async () => {
    const { messages } = await log.info('CALLS');
    await client.call(ListTaskRuns, {}, { actor: admin });
    expect((await log.info('CALLS')).messages).toBe(messages);
  });

  it('refuses bad questions with the field that is to blame', async () => {
    const ask = (input: object) => client.call(ListTaskRuns, input, { actor: admin });
    for (const [field, value] of [
      ['limit', 0],
      ['limit', -1],
      ['limit', 1_000_000],
      ['from', 'yesterday-ish'],
      ['status', 'done'],
      ['colour', 'red'],
      ['cursor', 'nonsense'],
    ] as const)
      await expect(ask({ [field]: value })).rejects.toMatchObject({
        code: 'operation/invalid-input',
        fields: [{ field }],
      });
    await expect(client.call(GetTaskRun, { taskRunId: 'none' }, { actor: admin })).rejects.toMatchObject({
      code: 'audit/not-found',
      disposition: 'terminal',
    });
  });

  it('rebuilds by one command, which only an administrator may give', async () => {
    const somebody = { userId: 'somebody', channel: 'api' } as const;
    await expect(client.call(RebuildAudit, {}, { actor: somebody })).rejects.toMatchObject({
      code: 'audit/not-allowed',
    });
    const before = await client.call(GetFlowRun, { flowRunId: 'run-1' }, { actor: admin });
    await expect(client.call(RebuildAudit, {}, { actor: admin })).resolves.toMatchObject({
      taskRuns: 2,
      flowRuns: 1,
      artifacts: 1,
      approvals: 1,
    });
    await expect(client.call(GetFlowRun, { flowRunId: 'run-1' }, { actor: admin })).resolves.toEqual(before);
  });
});

describe('the audit service that is told how soon another may take over', () => {
  it('has its questions handed over so soon', async () => {
    const { url } = testNats();
    const audit = await startAudit({ natsUrl: url, mongoUri: testMongoUri(), ackWaitMs: 5_000 });
    const log = await connectRunLog({ servers: url, name: 'spec' });
    const manager = await jetstreamManager(log.connection);
    const consumers = await manager.consumers.list('RUN').next();
    const waits = consumers
      .filter(({ config }) => String(config.filter_subject).includes('.decision.task.audit.'))
      .map(({ config }) => config.ack_wait);
    expect(new Set(waits)).toEqual(new Set([5_000_000_000]));
    await log.close();
    await audit.close();
  });
});

describe('the audit service without a database', () => {
  it('starts, answers with a retryable error, and ends', async () => {
    const mongoUri = `mongodb://127.0.0.1:${await findFreePort()}/none`;
    const audit = await startAudit({ natsUrl: broker.url, mongoUri });
    const log = await connectRunLog({ servers: broker.url, name: 'spec' });
    const client = new OperationClient({ nats: log.connection, log });
    await expect(client.call(ListTaskRuns, {}, { actor: admin })).rejects.toMatchObject({
      code: 'mongo/unavailable',
      disposition: 'retry',
    });
    await log.close();
    await audit.close();
  });
});
