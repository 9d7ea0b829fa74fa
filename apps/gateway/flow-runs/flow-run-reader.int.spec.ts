import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperationClient } from '#libs/operations';
import { connectRunLog, flowRunId } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { RunScript } from '../testing/run-script.js';
import { FlowRunReader } from './flow-run-reader.js';

const caller = (userId: string) => ({ actor: { userId, channel: 'api' as const }, trace: {} });
const large = Array.from({ length: 20_000 }, (_, line) => ({ line, text: 'la la la la' }));

let log: JetStreamRunLog;
let reader: FlowRunReader;

beforeAll(async () => {
  log = await connectRunLog({ servers: testNats().url });
  const broker = new Broker(log.connection);
  const ask = new Ask(new OperationClient({ nats: log.connection, log }), broker);
  reader = new FlowRunReader(ask, broker, log);
  const script = new RunScript(log, flowRunId('shown'));
  await script.start();
  await script.begin();
  await script.decide(
    { type: 'ArtifactRecorded', step: 1, artifact: { kind: 'markdown', data: '# small' } },
    { type: 'ArtifactRecorded', step: 2, artifact: { kind: 'table', key: 'verses', data: large } },
    { type: 'ApprovalRequested', step: 3, name: 'sing it', payload: null },
  );
});
afterAll(() => log.close());

describe('a run as the log holds it now', () => {
  it('has what it shows and asks, before anybody has recorded it', async () => {
    const { run, artifacts, approvals } = await reader.now('shown', caller('local'));
    expect(run).toMatchObject({ status: 'waiting', artifacts: 2, waitingFor: [{ name: 'sing it' }] });
    expect(artifacts).toMatchObject([
      { data: '# small', dataRef: null },
      { data: null, dataRef: { flowRunId: 'shown' }, kind: 'table' },
    ]);
    expect(approvals).toMatchObject([{ step: 3, status: 'pending', name: 'sing it' }]);
  });

  it('gives data that is too large for a record out of the event that brought it', async () => {
    const { artifacts } = await reader.now('shown', caller('local'));
    const { flowRunId: id, seq } = artifacts[1]!.dataRef!;
    expect(await reader.artifact(id, seq, caller('local'))).toEqual({
      kind: 'table',
      key: 'verses',
      data: large,
    });
  });

  it('gives no artifact to somebody who may not see its run, nor where there is none', async () => {
    const { artifacts } = await reader.now('shown', caller('local'));
    const { lastSeq } = artifacts[0]!;
    await expect(reader.artifact('shown', lastSeq, caller('bob'))).rejects.toMatchObject({
      code: 'gateway/unknown-run',
    });
    await expect(reader.artifact('shown', 1, caller('local'))).rejects.toMatchObject({
      code: 'gateway/unknown-run',
    });
  });
});
