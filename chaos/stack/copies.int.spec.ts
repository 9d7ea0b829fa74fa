import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { jetStreamBuckets } from '#libs/key-values';
import { findFolders, natsServerKind, resolveServer } from '#libs/local-stack';
import { Catalog } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import { Broker } from './broker.js';
import { Cleanup } from './cleanup.js';

const cleanup = new Cleanup();
let broker: Broker;

beforeAll(async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'copies-'));
  cleanup.add(() => rm(home, { recursive: true, force: true }));
  const { cache } = findFolders();
  const found = await resolveServer(natsServerKind(findFolders()), { cache, env: {}, say: () => undefined });
  if (found.kind !== 'binary') throw new Error('the broker was to be a binary');
  broker = await Broker.start(cleanup, { binary: found.file, home, cluster: true });
});
afterAll(() => cleanup.run());

it('buckets that a process makes which names no number of copies have as many as the run log', async () => {
  await (await connectRunLog({ servers: broker.servers, replicas: 3 })).close();
  const log = await connectRunLog({ servers: broker.servers });
  const projector = await log.project('audit', 'RUN', 10, () => Promise.resolve());
  const catalog = await Catalog.open(log.connection);
  await jetStreamBuckets(log.connection).open('BULK').put(['a'], 1);
  const { streams } = await jetstreamManager(log.connection);
  for (const name of ['RUN', 'KV_LEASES', 'KV_CATALOG', 'KV_BULK'])
    expect({ name, copies: (await streams.info(name)).config.num_replicas }).toEqual({ name, copies: 3 });
  await catalog.close();
  await projector.close();
  await log.close();
});
