import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { runCli } from '../run-cli.js';
import type { StreamedEvent } from '../gateway/resources.js';
import { ExitCode } from '../terminal/exit-code.js';
import { type CaptureOptions, captureTerminal } from '../testing/captured-terminal.js';
import { eventStream, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';
import {
  finished,
  flowCompleted,
  flowStarted,
  logged,
  scheduled,
  started,
  streamed,
  succeeded,
} from '../testing/run-events.js';

const greet = {
  name: 'greet',
  description: 'Greet people',
  aliases: ['hello'],
  inputSchema: {
    type: 'object',
    properties: {
      names: { type: 'array', items: { type: 'string' }, description: 'whom' },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
      fetchDetails: { type: 'boolean', default: true },
      loud: { type: 'boolean', default: false },
      dryRun: { type: 'boolean', default: false },
    },
    required: ['names'],
  },
};
const startedRun = {
  runId: 'run1',
  flow: 'greet',
  status: 'pending',
  existing: false,
  links: { self: '/flow-runs/run1' },
};
const events: readonly StreamedEvent[] = [
  streamed(flowStarted, 1),
  streamed(scheduled('t1', 0, { name: 'Ada' }), 2),
  streamed(started('t1')),
  streamed(logged('taking a breath', 't1')),
  streamed(finished('t1', succeeded), 3, 1_200),
  streamed(flowCompleted, 4, 1_300),
];
const EVENTS = 'GET /flow-runs/run1/events';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
  gateway.on('GET /workflows/greet', { body: greet });
  gateway.on('POST /workflows/greet', { status: 202, type: 'application/json', body: startedRun });
});
afterEach(() => gateway.close());

function jobhunter(args: string, options: CaptureOptions = {}) {
  const terminal = captureTerminal({ ...options, env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: runCli(args.split(' '), terminal) };
}

/** Streams what a run tells from the first event to its end. */
function tells(status: string, extra: object = {}) {
  gateway.on(EVENTS, (_request, response) => {
    const send = eventStream(response);
    sendAll(send);
    send('end', { runId: 'run1', status, result: { greeted: 2 }, error: null, ...extra });
    response.end();
    return undefined;
  });
}

function sendAll(send: ReturnType<typeof eventStream>, some = events): void {
  for (const data of some) send(data.event.type, data, data.seq ?? undefined);
}

describe("a flow's parameters", () => {
  it.each([
    ['--names ada,grace --limit 5', { names: ['ada', 'grace'], limit: 5 }],
    ['--names ada --names grace', { names: ['ada', 'grace'] }],
    ['--names=ada --no-fetch-details --loud', { names: ['ada'], fetchDetails: false, loud: true }],
    ['--param names=ada --param limit=3 --limit 4', { names: ['ada'], limit: 4 }],
    ['--params - --names ada', { names: ['ada'], limit: 7 }],
    ['--names ada --dry-run', { names: ['ada'], dryRun: true }],
  ])('are made from its schema: %s', async (options, body) => {
    const { code } = jobhunter(`flow run greet ${options} --detach`, { input: '{"names":["x"],"limit":7}' });
    expect(await code).toBe(ExitCode.ok);
    expect(gateway.requests.at(-1)?.body).toEqual(body);
  });

  it('go along with flags, tags and an idempotency key', async () => {
    await jobhunter('flow run greet --names a --dry-run --verbose --tag x --idempotency-key k1 --detach')
      .code;
    expect(gateway.requests.at(-1)).toMatchObject({
      query: { dryRun: 'true', verbose: 'true', tag: 'x' },
      headers: { 'idempotency-key': 'k1' },
    });
  });

  it.each([
    ['--limit five', "argument 'five' is invalid. expected a whole number"],
    ['--nams ada', 'Did you mean --names?'],
    ['--names ada surplus', 'too many arguments'],
    ['--params missing.json', 'there is no such file'],
  ])('that are wrong end with 2 before a run is started: %s', async (options, said) => {
    const { code, terminal } = jobhunter(`flow run greet ${options}`);
    expect(await code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(said);
    expect(gateway.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('stand in the help of the flow', async () => {
    const { code, terminal } = jobhunter('flow run greet --help');
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toMatch(/--names <a,b> +whom \(needed\)/);
    expect(terminal.stdout()).toMatch(/--limit <n> +\(1 to 100; default 10\)/);
    expect(terminal.stdout()).toContain('--no-fetch-details');
  });
});

describe('a run that is watched', () => {
  it.each([
    ['completed', ExitCode.ok],
    ['failed', ExitCode.failed],
    ['cancelled', ExitCode.failed],
    ['halted', ExitCode.halted],
  ])('%s ends with %i', async (status, expected) => {
    tells(status);
    expect(await jobhunter('flow run greet --names ada').code).toBe(expected);
  });

  it('is told in lines where no terminal is', async () => {
    tells('completed');
    const { code, terminal } = jobhunter('flow run greet --names ada');
    await code;
    const lines = terminal.out.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
    expect(lines.slice(0, 5)).toEqual([
      '● greet started',
      '● say_hello Ada started',
      'info  say_hello: taking a breath',
      '✔ say_hello Ada success 1.2 s',
      '✔ greet completed',
    ]);
    expect(terminal.stdout()).toContain('{ greeted: 2 }');
  });

  it('is drawn as a tree on a terminal, with log lines above it', async () => {
    tells('completed');
    const { code, terminal } = jobhunter('flow run greet --names ada', { interactive: true });
    await code;
    expect(terminal.drawings.at(-1)).toBe(
      ['✔ greet  run1  completed  1.3 s', '└─ ✔ say_hello  Ada  1.2 s'].join('\n'),
    );
    expect(terminal.above).toEqual([expect.stringContaining('say_hello: taking a breath')]);
  });

  it('leaves standard output to the JSON', async () => {
    tells('completed');
    const { code, terminal } = jobhunter('flow run greet --names ada --json');
    await code;
    expect(JSON.parse(terminal.stdout())).toEqual({
      ...{ runId: 'run1', flow: 'greet', status: 'completed', result: { greeted: 2 }, error: null },
    });
    expect(terminal.stderr()).toContain('greet completed');
  });

  it('goes on right after the last event when the connection breaks', async () => {
    const positions: unknown[] = [];
    gateway.on(EVENTS, ({ headers }, response) => {
      positions.push(headers['last-event-id']);
      const send = eventStream(response);
      if (positions.length === 1) {
        sendAll(send, events.slice(0, 3));
        response.end();
      } else {
        sendAll(send, events.slice(4));
        send('end', { runId: 'run1', status: 'completed', result: null, error: null });
        response.end();
      }
      return undefined;
    });
    const { code, terminal } = jobhunter('flow run greet --names ada');
    expect(await code).toBe(ExitCode.ok);
    expect(positions).toEqual([undefined, '2']);
    expect(terminal.out.filter((line) => line.includes('greet started'))).toHaveLength(1);
    expect(terminal.stdout()).toContain('trying again');
  });

  it('goes on by itself after Ctrl-C, which says how to follow and how to cancel it', async () => {
    gateway.on(EVENTS, (_request, response) => {
      sendAll(eventStream(response), events.slice(0, 2));
      return undefined;
    });
    const { code, terminal } = jobhunter('flow run greet --names ada');
    await terminal.wrote('greet started');
    terminal.interrupt();
    expect(await code).toBe(ExitCode.interrupted);
    expect(terminal.stderr()).toContain('jobhunter flow-run watch run1');
    expect(terminal.stderr()).toContain('jobhunter flow-run cancel run1');
    expect(terminal.listeners()).toBe(0);
    expect(gateway.requests.filter(({ path }) => path.endsWith('/cancel'))).toEqual([]);
  });

  it('is cancelled by Ctrl-C where that is asked for, and watched to its end', async () => {
    let stream: ServerResponse | undefined;
    gateway.on(EVENTS, (_request, response) => {
      stream = response;
      sendAll(eventStream(response), events.slice(0, 2));
      return undefined;
    });
    gateway.on('POST /flow-runs/run1/cancel', () => {
      stream?.write('event: end\ndata: {"runId":"run1","status":"cancelled","result":null,"error":null}\n\n');
      stream?.end();
      return { status: 202, type: 'application/json', body: { status: 'running' } };
    });
    const { code, terminal } = jobhunter('flow run greet --names ada --cancel-on-interrupt');
    await terminal.wrote('greet started');
    terminal.interrupt();
    expect(await code).toBe(ExitCode.failed);
    expect(terminal.stdout()).toContain('run1 cancelled');
  });
});

describe('a run that is detached', () => {
  it('is told by id and links', async () => {
    const { code, terminal } = jobhunter('flow run greet --names ada --detach');
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toContain('greet started: run1');
    expect(terminal.stdout()).toContain(`${gateway.url}/flow-runs/run1`);
  });

  it('is said to be an earlier one where the key had started it', async () => {
    const body = { ...startedRun, existing: true };
    gateway.on('POST /workflows/greet', { body });
    const { code, terminal } = jobhunter('flow run greet --names a --idempotency-key k --detach --json');
    await code;
    expect(terminal.stderr()).toContain('had started run run1 before');
    expect(JSON.parse(terminal.stdout())).toEqual(body);
  });
});
