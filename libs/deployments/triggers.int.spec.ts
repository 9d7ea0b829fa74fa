import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { FlowClient, FlowRegistry, flow } from '#libs/flows';
import {
  connectRunLog,
  type FlowRunId,
  type JetStreamRunLog,
  type StartRequested,
  type Subscription,
} from '#libs/run-log';
import { ownNats, type OwnServer } from '#libs/testing';
import { DeploymentClient } from './client.js';
import type { DeploymentInput } from './deployment.js';
import { startProcess } from './process.fixtures.js';
import { owner, quick } from './testing.fixtures.js';

class Notes {
  @IsOptional()
  @IsString()
  readonly text?: string;

  @IsOptional()
  @IsInt()
  readonly left?: number;
}
const broken = flow({ name: 'broken', description: 'Fails.', input: Notes }, async () => {
  throw new Error('so it is');
});
const long = flow(
  { name: 'long', description: 'Goes on as new.', input: Notes },
  async ({ left = 0, text }, ctx) => (left > 0 ? ctx.continueAsNew({ left: left - 1, text }) : text),
);
const parent = flow({ name: 'parent', description: 'Has a child.', input: Notes }, async ({ text }, ctx) =>
  ctx.flow(quick, { text: text ?? 'child' }),
);
const listener = flow({ name: 'listener', description: 'Listens.', input: Notes }, async ({ text }) => text);
const ping = flow({ name: 'ping', description: 'One half of a circle.', input: Notes }, async () => 1);
const pong = flow({ name: 'pong', description: 'The other half.', input: Notes }, async () => 2);
const marker = flow({ name: 'marker', description: 'Marks a time.', input: Notes }, async () => undefined);
const registry = new FlowRegistry([quick, broken, long, parent, listener, ping, pong, marker]);

const by = { actor: owner };

interface Seen {
  readonly runId: FlowRunId;
  readonly event: { readonly type: string };
}

let server: OwnServer;
let log: JetStreamRunLog;
let client: DeploymentClient;
let flows: FlowClient;
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
const starts = (flowName: string): { runId: FlowRunId; event: StartRequested }[] =>
  seen.filter(
    (each): each is { runId: FlowRunId; event: StartRequested } =>
      each.event.type === 'StartRequested' && (each.event as StartRequested).flow === flowName,
  );
const ended = (runId: FlowRunId): boolean =>
  seen.some((each) => each.runId === runId && /^Flow(Completed|Failed)$/.test(each.event.type));
const triggered = (flowName: string) => starts(flowName).map(({ event }) => event.triggeredBy);
const put = async (name: string, over: Partial<DeploymentInput>): Promise<string> =>
  (await client.put({ flow: 'listener', name, overlap: 'all', ...over }, by)).deployment.id;
const firingsOf = (name: string, flowName = 'listener') => client.firings({ flow: flowName, name }, by);
/** Says an event and awaits its run: what was to happen before it has had its time. */
async function mark(): Promise<void> {
  const name = 'mark';
  await client.put({ flow: 'marker', name, triggers: [{ event: 'mark' }], overlap: 'all' }, by);
  const before = starts('marker').length;
  await client.emit({ type: 'mark', data: null }, by);
  await until(() => starts('marker').length > before);
}

/** Says an event as any client of the broker may; again, until the broker has stored it. */
async function publish(subject: string, body: string, fields: Record<string, string>): Promise<void> {
  const all = headers();
  for (const [field, value] of Object.entries(fields)) all.set(field, value);
  const options = { headers: all, retries: 100 };
  for (let stored = false; !stored;)
    stored = await jetstream(log.connection)
      .publish(subject, body, options)
      .then(
        () => true,
        () => false,
      );
}

beforeEach(async () => {
  server = await ownNats();
  log = await connectRunLog({ servers: server.url, name: 'watcher' });
  seen = [];
  waiting = [];
  watch = await log.watch('RUN', { fromSeq: 1 as never }, ({ runId, event }) => {
    seen.push({ runId, event });
    for (const wake of waiting.splice(0)) wake();
  });
  client = new DeploymentClient(log.connection);
  flows = new FlowClient(log.connection, log);
});
afterEach(async () => {
  for (const process of processes.splice(0)) await process.close();
  await watch.close();
  await log.close();
  await server.stop();
});

describe('an event that somebody says', () => {
  it('starts a run of each deployment of theirs that waits for it, shared by several orchestrators', async () => {
    await start();
    await start();
    const triggers = [{ event: 'order.*', parameters: { text: '${{ event.source }} ${{ event.data.n }}' } }];
    await put('one', { triggers });
    await put('two', { triggers });
    await client.put(
      { flow: 'listener', name: 'bobs', triggers },
      { actor: { userId: 'bob', channel: 'api' } },
    );
    const said = await client.emit({ type: 'order.made', data: { n: 1 }, id: 'n1', source: 'shop' }, by);
    expect(said).toEqual({ id: 'n1' });
    await until(() => starts('listener').length >= 2);
    await client.emit({ type: 'order.made', data: { n: 1 }, id: 'n1', source: 'shop' }, by);
    const { id } = await client.emit({ type: 'order.made', data: { n: 2 } }, by);
    await until(() => starts('listener').length >= 4);
    expect(starts('listener').map(({ event }) => [event.input, event.actor.userId])).toEqual([
      [{ text: 'shop 1' }, 'ann'],
      [{ text: 'shop 1' }, 'ann'],
      [{ text: 'user/ann 2' }, 'ann'],
      [{ text: 'user/ann 2' }, 'ann'],
    ]);
    expect(triggered('listener').map((each) => each?.eventId)).toEqual(['n1', 'n1', id, id]);
  });

  it('may be said over the broker, to everybody or to one', async () => {
    await start();
    const triggers = [{ event: 'door.>', parameters: { text: '${{ event.id }}: ${{ event.data }}' } }];
    await put('anns', { triggers });
    const bob = { actor: { userId: 'bob', channel: 'api' } } as const;
    await client.put({ flow: 'listener', name: 'bobs', overlap: 'all', triggers }, bob);
    await publish('event.door.opened', '"wide"', { 'ce-id': 'a' });
    await publish('event.door.opened', 'no JSON', { 'Nats-Msg-Id': 'b', 'Event-User': 'bob' });
    await until(() => starts('listener').length >= 3);
    const heard = starts('listener').map(({ event }) => [event.actor.userId, (event.input as Notes).text]);
    expect(heard.sort()).toEqual([
      ['ann', 'a: wide'],
      ['bob', 'a: wide'],
      ['bob', 'b: no JSON'],
    ]);
  });

  it('is kept while no orchestrator runs, and while the broker is away', async () => {
    const first = await start();
    await put('one', { triggers: [{ event: 'order.made' }] });
    await first.close();
    processes.length = 0;
    await publish('event.order.made', '{}', {});
    await server.kill();
    await server.restart();
    await start();
    await until(() => starts('listener').length >= 1);
    await server.kill();
    await server.restart();
    await publish('event.order.made', '{}', { 'ce-id': 'second' });
    await until(() => starts('listener').length >= 2);
    await mark();
    expect(starts('listener')).toHaveLength(2);
  });

  it.each([
    ['a blank in its type', { type: 'order made', data: 1 }, 'type'],
    ['the type of an end of a run', { type: 'run.completed', data: 1 }, 'type'],
    ['the type of a signed request', { type: 'webhook.shop', data: 1 }, 'type'],
    ['no type', { type: '', data: 1 }, 'type'],
    ['a topic in place of a type', { type: 'order.*', data: 1 }, 'type'],
    ['more data than 64 KiB', { type: 'a', data: 'x'.repeat(65_537) }, 'data'],
    ['an empty id', { type: 'a', data: 1, id: '' }, 'id'],
    ['a long id', { type: 'a', data: 1, id: 'x'.repeat(129) }, 'id'],
    ['a source of two lines', { type: 'a', data: 1, source: 'a\r\nb: c' }, 'source'],
  ])('is refused where it has %s', async (_, event, field) => {
    await start();
    await expect(client.emit(event, by)).rejects.toMatchObject({ fields: [{ field }] });
  });
});

describe('the end of a run', () => {
  it('starts those who wait for it, whoever began the run', async () => {
    await start();
    await put('after', { triggers: [{ run: 'quick', parameters: { text: '${{ event.data.result }}' } }] });
    const { runId } = await flows.start('quick', { text: 'by hand' }, by);
    await until(() => starts('listener').length >= 1);
    expect(starts('listener')[0]!.event).toMatchObject({
      input: { text: 'by hand' },
      triggeredBy: { type: 'run.completed', eventId: runId, runId, depth: 1 },
    });
    await until(() => ended(starts('listener')[0]!.runId));
  });

  it('is told by how it ended', async () => {
    await start();
    await put('on-failure', {
      triggers: [{ run: 'broken', on: ['failed'], parameters: { text: '${{ event.data.error.message }}' } }],
    });
    await put('on-success', { triggers: [{ run: 'broken' }, { run: 'quick', on: ['failed'] }] });
    const good = await flows.start('quick', {}, by);
    await until(() => ended(good.runId));
    await flows.start('broken', {}, by);
    await until(() => starts('listener').length >= 1);
    await mark();
    expect(starts('listener').map(({ event }) => event.input)).toEqual([{ text: 'so it is' }]);
    expect(await firingsOf('on-success')).toEqual([]);
  });

  it('is one, however often the run went on as a new one', async () => {
    await start();
    await put('after', {
      triggers: [{ run: 'long/chained', parameters: { text: '${{ event.id }} ${{ event.data.result }}' } }],
    });
    const chained = { flow: 'long', name: 'chained', parameters: { left: 3, text: 'over' } };
    await client.put(chained, by);
    const { runId } = await client.runNow(chained, by);
    await until(() => starts('listener').length >= 1);
    await mark();
    expect(starts('long')).toHaveLength(4);
    expect(starts('listener').map(({ event }) => event.input)).toEqual([{ text: `${runId} over` }]);
  });

  it('is handed down: children and successors know what their run was started for', async () => {
    await start();
    await put('calls', { flow: 'parent', triggers: [{ event: 'call' }] });
    await put('goes-on', { flow: 'long', parameters: { left: 1 }, triggers: [{ event: 'call' }] });
    await client.emit({ type: 'call', data: null, id: 'c1' }, by);
    await until(() => starts('quick').length >= 1 && starts('long').length >= 2);
    const expected = { type: 'call', eventId: 'c1', depth: 1 };
    expect(triggered('quick')).toEqual([expected]);
    expect(triggered('long')).toEqual([expected, expected]);
  });

  it('ends a circle after ten rounds', async () => {
    await start();
    await put('one', { flow: 'ping', triggers: [{ run: 'pong' }] });
    await put('other', { flow: 'pong', triggers: [{ run: 'ping' }] });
    await flows.start('ping', {}, by);
    await until(() => starts('ping').length + starts('pong').length >= 11);
    const last = starts('ping').at(-1)!;
    await until(() => ended(last.runId));
    let [firing] = await firingsOf('other', 'pong');
    while (firing?.action !== 'skipped') {
      await mark();
      [firing] = await firingsOf('other', 'pong');
    }
    expect(firing.reason).toContain('10 triggers');
    expect(starts('ping').length + starts('pong').length).toBe(11);
  });

  it('is told though the orchestrator was closed right after it', async () => {
    const first = await start();
    await put('after', { triggers: [{ run: 'quick' }] });
    const { runId } = await flows.start('quick', {}, by);
    await until(() => ended(runId));
    await first.close();
    processes.length = 0;
    await start();
    await until(() => starts('listener').length >= 1);
    await mark();
    expect(starts('listener')).toHaveLength(1);
  });
});

describe('a signed request', () => {
  it('starts a run through any orchestrator', async () => {
    await start();
    const id = await put('hooked', {
      triggers: [{ webhook: 'SHOP', parameters: { text: '${{ event.data.order }}' } }],
    });
    expect(await client.hooksOf(id)).toEqual([{ webhook: 'SHOP', scheme: 'standard' }]);
    expect(await client.hooksOf('nobody')).toEqual([]);
    const request = { webhook: 'SHOP', eventId: 'msg_1', data: { order: 'o1' } };
    expect(await client.hook(id, request)).toEqual({ eventId: 'msg_1' });
    await client.hook(id, request);
    await until(() => starts('listener').length >= 1);
    await mark();
    expect(starts('listener').map(({ event }) => event.input)).toEqual([{ text: 'o1' }]);
    await expect(client.hook('nobody', request)).rejects.toMatchObject({ code: 'deployment/unknown' });
    await expect(client.hook(id, { ...request, webhook: 'BANK' })).rejects.toMatchObject({
      code: 'deployment/unknown',
    });
  });
});
