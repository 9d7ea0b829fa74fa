import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FlowClient } from '#libs/flows';
import {
  connectRunLog,
  flowRunId,
  millis,
  type FlowRunId,
  type JetStreamRunLog,
  type Subscription,
} from '#libs/run-log';
import { ownNats, type OwnServer } from '#libs/testing';
import { DeploymentClient } from './client.js';
import { runIdOfInstant } from './ids.js';
import { startProcess } from './process.fixtures.js';
import { owner, registry } from './testing.fixtures.js';

const by = { actor: owner };

interface Seen {
  readonly runId: FlowRunId;
  readonly type: string;
  readonly deploymentId?: string | undefined;
}

let server: OwnServer;
let log: JetStreamRunLog;
let client: DeploymentClient;
let seen: Seen[];
let waiting: (() => void)[];
let watch: Subscription;
const processes: { close(): Promise<void> }[] = [];

const start = async (): Promise<{ close(): Promise<void> }> => {
  const process = await startProcess(server.url, registry);
  processes.push(process);
  return process;
};
const until = async (isMet: () => boolean): Promise<void> => {
  while (!isMet()) await new Promise<void>((resolve) => waiting.push(resolve));
};
const startsOf = (id: string): FlowRunId[] =>
  seen
    .filter(({ type, deploymentId }) => type === 'StartRequested' && deploymentId === id)
    .map(({ runId }) => runId);
const ended = (runId: FlowRunId): boolean =>
  seen.some((each) => each.runId === runId && each.type === 'FlowCompleted');

beforeEach(async () => {
  server = await ownNats();
  log = await connectRunLog({ servers: server.url, name: 'watcher' });
  seen = [];
  waiting = [];
  watch = await log.watch('RUN', { fromSeq: 1 as never }, ({ runId, event }) => {
    const { type } = event;
    seen.push({ runId, type, ...(type === 'StartRequested' ? { deploymentId: event.deploymentId } : {}) });
    for (const wake of waiting.splice(0)) wake();
  });
  client = new DeploymentClient(log.connection);
});
afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
  await watch.close();
  await log.close();
  await server.stop();
});

const everySecond = (over: object = {}) => ({
  flow: 'quick',
  name: 'tick',
  schedule: { intervalSeconds: 1 },
  overlap: 'all' as const,
  missed: 'all' as const,
  ...over,
});

/** The runs that every instant from the first to the last that fired should have given. */
function expectedRuns(id: string, started: readonly FlowRunId[], createdAt: string): FlowRunId[] {
  const runs: FlowRunId[] = [];
  const first = Math.floor(Date.parse(createdAt) / 1_000) * 1_000 + 1_000;
  for (let at = first; runs.length < started.length; at += 1_000) runs.push(runIdOfInstant(id, at));
  return runs;
}

describe('deployments on a broker', () => {
  it('fire once an instant, shared by several orchestrators', async () => {
    await start();
    await start();
    const { deployment } = await client.put(everySecond(), by);
    await until(() => startsOf(deployment.id).length >= 3);
    await client.pause({ flow: 'quick', name: 'tick' }, by);
    const started = startsOf(deployment.id);
    expect(started).toEqual(expectedRuns(deployment.id, started, deployment.createdAt));
    await until(() => started.every(ended));
  });

  it('fire for every instant that passed while no orchestrator ran, and once', async () => {
    const first = await start();
    const { deployment } = await client.put(everySecond(), by);
    await until(() => startsOf(deployment.id).length >= 1);
    await first.close();
    processes.length = 0;
    const before = startsOf(deployment.id).length;
    // The instants pass by the broker's clock, which tells by a timer of its own.
    const bystander = flowRunId('bystander');
    await log.setTimer(bystander, 'three-seconds', millis(Date.now() + 3_000));
    await until(() => seen.some(({ runId }) => runId === bystander));
    expect(startsOf(deployment.id)).toHaveLength(before);
    await start();
    await until(() => startsOf(deployment.id).length >= before + 3);
    const started = startsOf(deployment.id);
    expect(new Set(started).size).toBe(started.length);
    expect(new Set(started)).toEqual(new Set(expectedRuns(deployment.id, started, deployment.createdAt)));
  });

  it('fire for every instant that passed while the broker was away, and once', async () => {
    await start();
    const { deployment } = await client.put(everySecond(), by);
    await until(() => startsOf(deployment.id).length >= 1);
    await server.kill();
    await server.restart();
    const before = startsOf(deployment.id).length;
    await until(() => startsOf(deployment.id).length >= before + 3);
    const started = startsOf(deployment.id);
    expect(new Set(started).size).toBe(started.length);
    expect(new Set(started)).toEqual(new Set(expectedRuns(deployment.id, started, deployment.createdAt)));
  });

  it('learn of the ends of their runs, and start what waits', async () => {
    await start();
    const spec = everySecond({ flow: 'patient', overlap: 'queue', missed: 'latest' });
    const { deployment } = await client.put(spec, by);
    await until(() => startsOf(deployment.id).length >= 1);
    const [first] = startsOf(deployment.id);
    const flows = new FlowClient(log.connection, log);
    // Until one waits.
    for (let queued = 0; queued === 0;)
      ({ queued } = await client.get({ flow: 'patient', name: 'tick' }, by));
    await flows.signal(first!, 'end', 'thanks', by);
    await until(() => startsOf(deployment.id).length >= 2);
    expect(ended(first!)).toBe(true);
    const view = await client.pause({ flow: 'patient', name: 'tick' }, by);
    expect(view.active).toEqual([startsOf(deployment.id)[1]]);
  });

  it('edited, fire by the new schedule from then on', async () => {
    await start();
    const never = { cron: '0 0 1 1 *' };
    const { deployment } = await client.put(everySecond({ schedule: never }), by);
    const edited = await client.put(everySecond(), { ...by, ifRevision: deployment.revision });
    await until(() => startsOf(deployment.id).length >= 2);
    const back = await client.put(everySecond({ schedule: never }), by);
    expect(back.change).toBe('updated');
    const started = startsOf(deployment.id);
    expect(started).toEqual(expectedRuns(deployment.id, started, edited.deployment.updatedAt));
  });
});
