import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cuttingProxy, ownNats } from '#libs/testing';
import type { CuttingProxy, OwnServer } from '#libs/testing';
import { Arrivals } from '../arrivals.fixtures.js';
import { evenlySpread, HolderDouble } from '../partition-holder.fixtures.js';
import { runIn, started } from '../run-log.fixtures.js';
import type { Delivery, Subscription, Trigger } from '../run-log.js';
import { connectRunLog } from './connect.js';
import type { JetStreamRunLog } from './jetstream-run-log.js';
import type { JetStreamOptions } from './options.js';

const LIFE_MS = 1_000;

let broker: OwnServer;
let opened: JetStreamRunLog[];

const open = async (url: string, options: JetStreamOptions = {}): Promise<JetStreamRunLog> => {
  const log = await connectRunLog({ servers: url, name: 'spec', memberLifeMs: LIFE_MS, ...options });
  opened.push(log);
  return log;
};

interface Member {
  readonly log: JetStreamRunLog;
  readonly holder: HolderDouble;
  readonly share: Subscription;
}

async function join(url = broker.url, options?: JetStreamOptions): Promise<Member> {
  const log = await open(url, options);
  const holder = new HolderDouble();
  const share = await log.sharePartitions(holder);
  return { log, holder, share };
}

beforeAll(async () => {
  broker = await ownNats();
});
afterAll(() => broker.stop());
beforeEach(() => {
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((log) => log.close()));
});

describe('sharing the partitions over a broker', () => {
  it('gives the partitions of one whose connection is gone to the others, within five seconds', async () => {
    const members = [
      await join(broker.url, { memberLifeMs: 3_000 }),
      await join(broker.url, { memberLifeMs: 3_000 }),
    ];
    const [first, second] = members as [Member, Member];
    await evenlySpread([first.holder, second.holder]);
    const died = performance.now();
    await first.log.connection.close();
    await second.holder.holds(16);
    expect(performance.now() - died).toBeLessThan(5_000);
    await first.holder.holds(0);
    expect(first.holder.asked.filter((asked) => asked.startsWith('lose'))).toHaveLength(8);
  });

  it('hands over in a moment when one leaves in order', async () => {
    const first = await join(broker.url, { memberLifeMs: 60_000 });
    const second = await join(broker.url, { memberLifeMs: 60_000 });
    await evenlySpread([first.holder, second.holder]);
    await first.share.close();
    await second.holder.holds(16);
    expect(first.holder.asked.filter((asked) => asked.startsWith('handed over'))).toHaveLength(16);
  });

  it('settles on even shares when several join at once', async () => {
    const members = await Promise.all(Array.from({ length: 4 }, () => join()));
    await evenlySpread(members.map(({ holder }) => holder));
  });

  it('finds everybody at work again after the broker was killed', async () => {
    const [first, second] = [await join(), await join()];
    await evenlySpread([first.holder, second.holder]);
    await broker.kill();
    // They hear nobody, themselves neither.
    await Promise.all([first.holder.holds(0), second.holder.holds(0)]);
    await broker.restart();
    await evenlySpread([first.holder, second.holder]);
  });

  it('takes part as soon as the broker answers, when it was away at the beginning', async () => {
    const log = await open(broker.url);
    await broker.kill();
    const holder = new HolderDouble();
    await log.sharePartitions(holder);
    expect(holder.held.size).toBe(0);
    await broker.restart();
    await holder.holds(16);
  });

  it('names what is no word of a member, and heeds it not', async () => {
    const troubles = new Arrivals<string>();
    const { log, holder } = await join(broker.url, { onReaderTrouble: (reader) => troubles.take(reader) });
    log.connection.publish('partitions.beat', '{');
    log.connection.publish('partitions.beat', '{"id":"x","at":1,"holds":[99]}');
    expect(await troubles.reach(2)).toEqual(['partitions', 'partitions']);
    expect(holder.held.size).toBe(16);
  });

  it('leaves a member its partitions though its thread was blocked for longer than a life', async () => {
    const { holder, log } = await join();
    const heard = new Arrivals<unknown>();
    log.connection.subscribe('partitions.beat', { callback: (_, message) => heard.take(message.subject) });
    await log.connection.flush();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * LIFE_MS);
    await heard.reach(heard.all.length + 3);
    expect(holder.held.size).toBe(16);
    expect(holder.asked.filter((asked) => asked.startsWith('lose'))).toEqual([]);
  });

  describe('a member that is stopped for a while', () => {
    let proxy: CuttingProxy;
    beforeEach(async () => {
      proxy = await cuttingProxy(broker.url);
    });
    afterEach(() => proxy.close());

    it('is taken for dead by the others and by itself, where it is the broker that it cannot hear, and gets its share when it is back', async () => {
      const stopped = await join(proxy.url);
      const other = await join();
      await evenlySpread([stopped.holder, other.holder]);
      proxy.freeze();
      await Promise.all([stopped.holder.holds(0), other.holder.holds(16)]);
      expect(stopped.holder.asked.filter((asked) => asked.startsWith('lose'))).toHaveLength(8);
      proxy.thaw();
      await evenlySpread([stopped.holder, other.holder]);
    });

    it('keeps no trigger from the others for longer than the ack wait', async () => {
      const ackWait = { partitionAckWaitMs: 1_000 };
      const stopped = await open(proxy.url, ackWait);
      const other = await open(broker.url, ackWait);
      const late: Delivery<Trigger>[] = [];
      await stopped.orchestrate(0, (delivery) => late.push(delivery));
      proxy.freeze();
      const arrivals = new Arrivals<string>();
      await other.orchestrate(0, (delivery) => {
        delivery.ack();
        arrivals.take(delivery.runId);
      });
      // The broker deals these out by turns, to the stopped one too, which still has a request with it.
      const runIds = Array.from({ length: 10 }, () => runIn(0));
      for (const runId of runIds) await other.start(runId, started());
      expect(new Set(await arrivals.reach(10))).toEqual(new Set(runIds));
      expect(late).toEqual([]);
    });
  });
});

describe('a partition that is handed over', () => {
  it('leaves no trigger on its way, and none that counts as handed out twice', async () => {
    const [first, second] = [await open(broker.url), await open(broker.url)];
    const settled = new Arrivals<number>();
    const handler = (delivery: Delivery<Trigger>): void => {
      delivery.ack();
      settled.take(delivery.deliveries);
    };
    const reader = await first.orchestrate(1, handler);
    const runIds = Array.from({ length: 200 }, () => runIn(1));
    const starting = Promise.all(runIds.map((runId) => first.start(runId, started())));
    await settled.reach(20);
    await reader.close();
    await second.orchestrate(1, handler);
    await starting;
    expect(new Set(await settled.reach(200))).toEqual(new Set([1]));
  });
});
