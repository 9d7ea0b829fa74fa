import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IsInt, IsString } from 'class-validator';
import { defineFlow, flow } from '#libs/flows';
import { defineOperation } from '#libs/operations';
import { Client } from './index.js';

class Verse {
  @IsString() text: string;
}
class Count {
  @IsInt() words: number;
}

const CountWords = defineOperation({
  name: 'count_words',
  service: 'words',
  category: 'texts',
  stage: 'transform',
  description: 'Counts words',
  input: Verse,
  output: Count,
});
const Song = defineFlow({ name: 'song', description: 'Sings', input: Verse });
const sing = flow(Song, async ({ text }) => ({ sung: text }));

interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}
type Answering = (response: ServerResponse, asked: Asked) => void;

let server: Server;
let client: Client;
const asked: Asked[] = [];
/** What is answered, in turn, to a request. */
let script: Map<string, Answering[]>;

beforeEach(async () => {
  asked.length = 0;
  script = new Map();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      const line = `${request.method} ${request.url}`;
      const one = { line, headers: request.headers, body: text ? (JSON.parse(text) as unknown) : undefined };
      asked.push(one);
      const answers = script.get(line);
      const answer = (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ?? notFound;
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new Client({ url: addressOf(server), key: 'secret' });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const addressOf = (one: Server): string => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;

const json =
  (status: number, body: unknown, type = 'application/json'): Answering =>
  (response) =>
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
const problem = (status: number, more: object) =>
  json(status, { status, ...more }, 'application/problem+json');
const notFound = problem(404, { code: 'flow/unknown-run', detail: 'there is none', disposition: 'terminal' });

/** Sends events; the connection breaks where the last of them is not the end. */
const events =
  (...sent: { event?: string; id?: number; data: object }[]): Answering =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const { event, id, data } of sent)
      response.write(
        `${event ? `event: ${event}\n` : ''}${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`,
      );
    if (sent.at(-1)?.event === 'end') response.end();
    else response.socket?.end();
  };
const end = (data: object) => ({ event: 'end', data: { error: null, ...data } });
const eventsOf = (id: string) => `GET /flow-runs/${id}/events?live=false`;
const answer = (line: string, ...answers: Answering[]) => void script.set(line, answers);

describe('a client', () => {
  it('starts a flow with its key, flags and tags, and waits for its result', async () => {
    answer('POST /workflows/song?dryRun=true&tag=a&tag=b', json(202, { runId: 'r1', existing: false }));
    answer(eventsOf('r1'), events(end({ status: 'completed', result: { sung: 'la' } })));
    const options = { flags: { dryRun: true }, tags: ['a', 'b'], idempotencyKey: 'once' };
    const run = await client.flow(sing).start({ text: 'la' }, options);
    expect(run).toMatchObject({ id: 'r1', existing: false });
    const { sung } = await run.result();
    expect(sung).toBe('la');
    expect(asked[0]).toMatchObject({
      headers: { authorization: 'Bearer secret', 'idempotency-key': 'once' },
      body: { text: 'la' },
    });
  });

  it('takes a flow by its contract or its name', async () => {
    answer('POST /workflows/song', json(202, { runId: 'r1', existing: true }));
    answer(eventsOf('r1'), events(end({ status: 'completed', result: 3 })));
    const told: number = await client.flow<Verse, number>(Song).run({ text: 'la' });
    expect([told, await client.flow<number>('song').run({ text: 'la' })]).toEqual([3, 3]);
  });

  it('goes on right behind the last event where the connection breaks', async () => {
    answer(
      eventsOf('r1'),
      events({ id: 7, data: {} }),
      problem(503, { detail: 'the broker is away', disposition: 'retry' }),
      events(end({ status: 'completed', result: 'done' })),
    );
    expect(await client.run('r1').result()).toBe('done');
    expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '7']);
  });

  it('waits for the run that goes on with the work of another, also before that is begun', async () => {
    answer(eventsOf('r1'), events(end({ status: 'completed', continuedBy: 'r2' })));
    answer(eventsOf('r2'), notFound, events(end({ status: 'completed', result: 'at last' })));
    expect(await client.run('r1').result()).toBe('at last');
  });

  it.each([
    [
      'failed',
      { code: 'song/hoarse', message: 'no voice', disposition: 'terminal' },
      'flow/run-failed',
      'run r1 failed: no voice (song/hoarse)',
    ],
    [
      'halted',
      { code: 'flow/poison', message: 'it blocks', disposition: 'halt' },
      'flow/run-halted',
      'run r1 is halted and waits for a person: it blocks (flow/poison)',
    ],
    [
      'cancelled',
      { code: 'flow/cancelled', message: 'enough', disposition: 'terminal' },
      'flow/run-cancelled',
      'run r1 was cancelled: enough',
    ],
  ])('tells of a run that %s', async (status, error, code, message) => {
    answer(eventsOf('r1'), events(end({ status, result: null, error })));
    await expect(client.run('r1').result()).rejects.toMatchObject({ code, status, message, runId: 'r1' });
  });

  it('no longer waits when it is told so', async () => {
    const given = new AbortController();
    answer(eventsOf('r1'), (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      given.abort(new Error('I have to go'));
    });
    await expect(client.run('r1').result({ signal: given.signal })).rejects.toThrow('I have to go');
  });

  it('steers a run', async () => {
    for (const what of ['signals/word', 'approvals/send', 'approvals/3', 'pause', 'resume', 'cancel'])
      answer(`POST /flow-runs/r1/${what}`, json(202, {}));
    answer('POST /flow-runs/r1/restart', json(202, { runId: 'r2', existing: false }));
    answer('GET /flow-runs/r1', json(200, { id: 'r1', status: 'paused' }));
    const run = client.run('r1');
    await run.signal('word', { la: 1 }, { idempotencyKey: 'k' });
    await run.approve('send', { comment: 'fine' });
    await run.decline(3);
    await run.pause('wait');
    await run.resume();
    await run.cancel();
    expect((await run.restart({ fromStep: 2 })).id).toBe('r2');
    expect((await run.standing()).status).toBe('paused');
    expect(asked.map(({ line, body }) => [line, body])).toEqual([
      ['POST /flow-runs/r1/signals/word', { la: 1 }],
      ['POST /flow-runs/r1/approvals/send', { comment: 'fine', approved: true }],
      ['POST /flow-runs/r1/approvals/3', { approved: false }],
      ['POST /flow-runs/r1/pause', { reason: 'wait' }],
      ['POST /flow-runs/r1/resume', {}],
      ['POST /flow-runs/r1/cancel', {}],
      ['POST /flow-runs/r1/restart', { fromStep: 2 }],
      ['GET /flow-runs/r1', undefined],
    ]);
  });

  it('calls an operation and gives its output, as an instance of its class', async () => {
    answer('POST /operations/count_words?testMode=true', json(200, { result: { words: 2 } }));
    const told = await client.call(CountWords, { text: 'la la' }, { flags: { testMode: true } });
    expect(told).toBeInstanceOf(Count);
    expect(told.words).toBe(2);
  });

  it('runs a deployment, named by flow and name', async () => {
    answer('POST /deployments/song/every-day/run?tag=by-hand', json(202, { runId: 'r1', existing: false }));
    const run = await client.runDeployment('song/every-day', {
      parameters: { text: 'lu' },
      tags: ['by-hand'],
    });
    expect(run.id).toBe('r1');
    expect(asked[0]?.body).toEqual({ parameters: { text: 'lu' } });
    for (const name of ['song', 'song/', '/daily', 'a/b/c'])
      await expect(client.runDeployment(name)).rejects.toMatchObject({
        code: 'client/bad-deployment',
        message: `${JSON.stringify(name)}: expected a deployment as flow/name`,
      });
  });
});

describe('what goes wrong', () => {
  it('is told with code, fields and disposition of the gateway', async () => {
    answer(
      'POST /workflows/song',
      problem(422, {
        code: 'flow/invalid-input',
        detail: 'the input of flow song: text is missing',
        disposition: 'terminal',
        errors: [{ field: 'text', message: 'expected a text' }],
      }),
    );
    await expect(client.flow('song').start({})).rejects.toMatchObject({
      code: 'flow/invalid-input',
      disposition: 'terminal',
      message: 'the input of flow song: text is missing',
      fields: [{ field: 'text' }],
    });
  });

  it('is refused at once where no further try would help', async () => {
    answer(eventsOf('r1'), notFound);
    await expect(client.run('r1').result()).rejects.toMatchObject({ code: 'flow/unknown-run' });
    expect(asked).toHaveLength(1);
  });

  it('may be another server, or none', async () => {
    answer('GET /flow-runs/r1', (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    await expect(client.run('r1').standing()).rejects.toMatchObject({
      code: 'client/foreign-server',
      status: 200,
    });
    await new Promise((resolve) => server.close(resolve));
    await expect(client.run('r1').standing()).rejects.toMatchObject({
      code: 'client/unreachable',
      disposition: 'retry',
      message: expect.stringMatching(/^nothing answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED/),
    });
  });

  it.each([200, 500])('is an answer of status %j that is called JSON and is none', async (status) => {
    answer('GET /flow-runs/r1', (response) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"id"'),
    );
    const standing = client.run('r1').standing();
    await expect(standing).rejects.toMatchObject({ code: 'client/foreign-server', status });
  });

  it.each(['localhost:3000', 'ftp://127.0.0.1', ''])('is an address such as %j', (url) => {
    expect(() => new Client({ url })).toThrow('expected an address such as http://127.0.0.1:3000');
  });

  it('is an address that holds a password, which is not shown', () => {
    expect(() => new Client({ url: 'http://sam:sesame@127.0.0.1:3000' })).toThrow(
      '"http://***@127.0.0.1:3000": expected an address without user and password',
    );
  });

  it.each(['one\ntwo', 'ключ'])('is a key that no header can hold, which is not shown: %j', (key) => {
    const making = (): Client => new Client({ url: addressOf(server), key });
    expect(making).toThrow(expect.objectContaining({ code: 'client/bad-header', header: 'authorization' }));
    expect(making).not.toThrow(key);
  });

  it('is a server that sends on to another one, where neither key nor input is taken', async () => {
    const other = createServer((_request, response) => void response.end());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const went: string[] = [];
    other.on('request', ({ url = '' }) => went.push(url));
    const location = `${addressOf(other)}/elsewhere?code=7`;
    for (const status of [301, 307]) {
      answer('POST /workflows/song', (response) => response.writeHead(status, { location }).end());
      await expect(client.flow('song').start({})).rejects.toMatchObject({
        code: 'client/moved',
        location: `${addressOf(other)}/elsewhere`,
      });
    }
    expect(went).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });
});
