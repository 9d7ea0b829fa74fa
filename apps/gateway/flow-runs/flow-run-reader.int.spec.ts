import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperationClient } from '#libs/operations';
import { connectRunLog, flowRunId } from '#libs/run-log';
import type { JetStreamRunLog, RunHistory } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { RunScript } from '../testing/run-script.js';
import { FlowRunReader } from './flow-run-reader.js';
import { seenBy } from './run-access.js';

const caller = (userId: string) => ({ actor: { userId, channel: 'api' as const }, trace: {} });
const large = Array.from({ length: 20_000 }, (_, line) => ({ line, text: 'la la la la' }));

let log: JetStreamRunLog;
let broker: Broker;
let ask: Ask;
let reader: FlowRunReader;

beforeAll(async () => {
  log = await connectRunLog({ servers: testNats().url });
  broker = new Broker(log.connection);
  ask = new Ask(new OperationClient({ nats: log.connection, log }), broker);
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

describe('the last of a chain of runs', () => {
  it('is found with no more than one history in memory at a time', async () => {
    const length = 5;
    let script = new RunScript(log, flowRunId('chain-1'));
    for (let n = 1; n <= length; n += 1) {
      await script.start();
      await script.begin();
      if (n < length) script = await script.continueAs(flowRunId(`chain-${n + 1}`));
    }
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const nextJob = () => new Promise((resolve) => setImmediate(resolve));
    const read: WeakRef<RunHistory>[] = [];
    let most = 0;
    const watched = Object.create(log) as JetStreamRunLog;
    watched.readRun = async (runId) => {
      // What was made or looked at in the same job is not collected.
      await nextJob();
      collect();
      most = Math.max(most, read.filter((each) => each.deref()).length);
      await nextJob();
      const history = await log.readRun(runId);
      read.push(new WeakRef(history));
      return history;
    };
    const over = new FlowRunReader(ask, broker, watched);
    const { runId } = await over.last('chain-1', seenBy({ userId: 'local', channel: 'api' }));
    expect(runId).toBe(`chain-${length}`);
    expect(read).toHaveLength(length);
    expect(most).toBeLessThanOrEqual(1);
  });
});
