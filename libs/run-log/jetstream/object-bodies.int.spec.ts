import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { cuttingProxy, ownNats } from '#libs/testing';
import type { CuttingProxy } from '#libs/testing';
import { Arrivals } from '../arrivals.fixtures.js';
import { streamSeq } from '../ids.js';
import { freshRun, started } from '../run-log.fixtures.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';
import { ObjectBodies } from './object-bodies.js';
import { Publisher } from './publisher.js';

const STREAM = 'OBJ_RUN_BODIES';
/** Some chunks long. */
const LARGE = 'abcdefg '.repeat(60_000);
const BYTES = Buffer.from(LARGE);
const patience = { attemptMs: 2_000, giveUpMs: 15_000 };

let broker: Awaited<ReturnType<typeof ownNats>>;
let proxy: CuttingProxy;
let log: JetStreamRunLog;
let witness: JetStreamRunLog;

beforeAll(async () => {
  broker = await ownNats();
});
afterAll(() => broker.stop());

beforeEach(async () => {
  proxy = await cuttingProxy(broker.url);
  log = await connectRunLog({ servers: proxy.url, name: 'spec' });
  witness = await connectRunLog({ servers: broker.url, name: 'witness' });
});
afterEach(async () => {
  await Promise.all([log.close(), witness.close()]);
  await proxy.close();
});

/** Loses the answer to what is said on a subject, and breaks the connection once the broker has it. */
async function losingTheAnswer<T>(subject: string, write: () => Promise<T>): Promise<T> {
  const heard = new Arrivals<string>();
  witness.connection.subscribe(`${subject}>`, { callback: (_, message) => heard.take(message.subject) });
  await witness.connection.flush();
  const said = proxy.muffleAt(` ${subject}`);
  const writing = write();
  await said;
  await heard.reach(heard.all.length + 1);
  proxy.cut();
  return writing;
}

async function subjectsOf(connection = witness.connection): Promise<readonly string[]> {
  const { streams } = await jetstream(connection).jetstreamManager();
  const { state } = await streams.info(STREAM, { subjects_filter: '>' });
  return Object.keys(state.subjects ?? {});
}

const store = (from: JetStreamRunLog): ObjectBodies =>
  new ObjectBodies(new Publisher(from.connection, patience), 'RUN_BODIES', () => 1);

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();

const inputOf = async (runId: ReturnType<typeof freshRun>): Promise<unknown> => {
  const { events } = await witness.readRun(runId);
  return events.map(({ event }) => (event.type === 'StartRequested' ? event.input : event.type));
};

describe('a large body', () => {
  it('can be read though the answer to the note about it was lost', async () => {
    const runId = freshRun();
    await losingTheAnswer('$O.RUN_BODIES.M.', () => log.start(runId, started(LARGE)));
    expect(await inputOf(runId)).toEqual([LARGE]);
  });

  it('can be read though the answer to one of its chunks was lost', async () => {
    const runId = freshRun();
    await losingTheAnswer('$O.RUN_BODIES.C.', () => log.start(runId, started(LARGE)));
    expect(await inputOf(runId)).toEqual([LARGE]);
  });

  it('is handed to a follower whose connection breaks while it is fetched', async () => {
    const runId = freshRun();
    await witness.start(runId, started(LARGE));
    const seen = new Arrivals<unknown>();
    const said = proxy.muffleAt(`$JS.API.DIRECT.GET.${STREAM}`);
    await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, ({ event }) => seen.take(event));
    await said;
    proxy.cut();
    expect(await seen.reach(1)).toEqual([started(LARGE)]);
  });

  it('is there once though several write it at a time, and whole for whoever reads meanwhile', async () => {
    const name = `${freshRun()}/large`;
    const before = await subjectsOf();
    const writers = [store(log), store(witness), store(log), store(witness)];
    await Promise.all(
      writers.map(async (each) => {
        await each.put(name, BYTES);
        expect(textOf(await each.get(name))).toBe(LARGE);
      }),
    );
    // Its chunks and the note about them.
    expect(await subjectsOf()).toHaveLength(before.length + 2);
    await store(log).delete(name);
    expect(await subjectsOf()).toEqual(before);
  });

  it('is written to its end by the next who tries, where a writing was broken off', async () => {
    const name = `${freshRun()}/large`;
    const before = await subjectsOf();
    const said = proxy.muffleAt(' $O.RUN_BODIES.M.');
    const doomed = new Publisher(log.connection, { attemptMs: 60_000, giveUpMs: 0 });
    const writing = new ObjectBodies(doomed, 'RUN_BODIES', () => 1).put(name, BYTES).catch(() => undefined);
    await said;
    doomed.close();
    proxy.cut();
    await writing;
    await store(witness).put(name, BYTES);
    expect(textOf(await store(witness).get(name))).toBe(LARGE);
    await store(witness).delete(name);
    expect(await subjectsOf()).toEqual(before);
  });
});

describe('a large body that the client itself has stored', () => {
  const clients = async () => new Objm(jetstream(witness.connection)).open('RUN_BODIES');

  it('is read, and read by the client where we have stored it', async () => {
    await store(log).put('theirs/warm-up', BYTES);
    const theirs = await clients();
    await theirs.putBlob({ name: 'theirs/one' }, BYTES);
    expect(textOf(await store(log).get('theirs/one'))).toBe(LARGE);
    await store(log).put('ours/one', BYTES);
    expect(textOf(await theirs.getBlob('ours/one'))).toBe(LARGE);
  });

  it('and whose chunks it has taken back is gone, until it is stored again', async () => {
    const theirs = await clients();
    const { nuid } = await theirs.putBlob({ name: 'theirs/broken' }, BYTES);
    const { streams } = await jetstream(witness.connection).jetstreamManager();
    await streams.purge(STREAM, { filter: `$O.RUN_BODIES.C.${nuid}` });
    expect(await store(log).get('theirs/broken')).toBeUndefined();
    await store(log).put('theirs/broken', BYTES);
    expect(textOf(await store(log).get('theirs/broken'))).toBe(LARGE);
  });
});
