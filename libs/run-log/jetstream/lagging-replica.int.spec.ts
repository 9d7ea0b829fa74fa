import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { testNats } from '#libs/testing';
import { millis, streamSeq } from '../ids.js';
import { cancel, freshRun, started } from '../run-log.fixtures.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';

let connection: NatsConnection;
let log: JetStreamRunLog;
/** So many pages are asked of a replica that has nothing yet. */
let lagging: number;

beforeEach(async () => {
  connection = await connect(testNats());
  lagging = 0;
  const publish: NatsConnection['publish'] = (subject, payload, options) => {
    if (!subject.startsWith('$JS.API.DIRECT.GET') || lagging === 0)
      return connection.publish(subject, payload, options);
    lagging--;
    connection.publish(options!.reply!, '', { headers: headers(404, 'Message Not Found') });
  };
  log = await connectRunLog({
    connection: Object.create(connection, { publish: { value: publish } }) as NatsConnection,
  });
});
afterEach(async () => {
  await log.close();
  await connection.close();
});

async function read(): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { position } of log.readAll('RUN', streamSeq(1))) seqs.push(position.seq);
  return seqs;
}

describe('a replica that lags behind the leader', () => {
  it('does not cut a whole stream short', async () => {
    const runId = freshRun();
    const seqs = [await log.start(runId, started()), (await log.request(runId, cancel, 'c1')).seq];
    lagging = 3;
    expect(await read()).toEqual(seqs);
    expect(lagging).toBe(0);
  });

  it('does not cut a run short', async () => {
    const runId = freshRun();
    await log.start(runId, started());
    lagging = 3;
    expect((await log.readRun(runId)).events).toHaveLength(1);
  });

  it('is told apart from an end of the stream that was deleted', async () => {
    const runId = freshRun();
    const seq = await log.start(runId, started());
    const gone = freshRun();
    await log.setTimer(gone, 't1', millis(Date.now() + 3_600_000));
    await log.clearTimers(gone);
    expect((await log.info('RUN')).lastSeq).toBeGreaterThan(seq);
    expect(await read()).toEqual([seq]);
  });
});
