import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CaptureOptions, type CapturedTerminal, captureTerminal } from './testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from './testing/fake-gateway.js';
import { ExitCode, runCli } from './index.js';

const NOW = Date.UTC(2026, 10, 21, 12);
let gateway: FakeGateway;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'cli-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
beforeEach(async () => {
  await gateway?.close();
  gateway = await startFakeGateway();
});
afterAll(() => gateway.close());

async function jobhunter(
  args: string,
  options: CaptureOptions = {},
): Promise<{ code: ExitCode; terminal: CapturedTerminal }> {
  const env = {
    JOBHUNTER_HOME: home,
    JOBHUNTER_URL: gateway.url,
    ...options.env,
  };
  const terminal = captureTerminal({ ...options, env });
  const code = await runCli(args.split(' '), terminal, { now: () => NOW });
  return { code, terminal };
}

const page = (...items: unknown[]) => ({ body: { items, nextCursor: null } });
const notFound = (detail: string) => ({
  status: 404,
  body: { status: 404, detail },
});

const job = {
  id: 'job1',
  title: 'Backend Engineer',
  company: 'Northquay',
  locations: ['Berlin'],
  remote: true,
  salary: { min: 80_000, max: 98_000, currency: 'EUR', period: 'year' },
  postedAt: '2026-11-01T00:00:00.000Z',
  source: { name: 'arbeitnow', postingId: '7' },
};

describe('a list', () => {
  it('is a table for people', async () => {
    gateway.on('GET /jobs', page(job));
    const { code, terminal } = await jobhunter('jobs ls');
    expect(code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toBe(
      [
        'TITLE             COMPANY    PLACE           SALARY                    POSTED      SOURCE     JOB',
        'Backend Engineer  Northquay  Berlin, remote  80,000–98,000 EUR a year  2026-11-01  arbeitnow  job1',
      ].join('\n'),
    );
  });

  it('is JSON alone on standard output for programs', async () => {
    gateway.on('GET /jobs', page(job));
    const { terminal } = await jobhunter('jobs ls --json');
    expect(JSON.parse(terminal.stdout())).toEqual({
      items: [job],
      nextCursor: null,
    });
    expect(terminal.stderr()).toBe('');
  });

  it('is read page by page until there are enough', async () => {
    gateway.on('GET /task-runs', ({ query }) => ({
      body: {
        items: [{ id: `t${query['cursor'] ?? 0}`, resultRefs: [] }],
        nextCursor: `${Number(query['cursor'] ?? 0) + 1}`,
      },
    }));
    const { terminal } = await jobhunter('task-run ls --limit 3 --json');
    const { items } = JSON.parse(terminal.stdout()) as {
      items: { id: string }[];
    };
    expect(items.map(({ id }) => id)).toEqual(['t0', 't1', 't2']);
    expect(gateway.requests.map(({ query }) => query['limit'])).toEqual(['3', '2', '1']);
  });

  it('hands its filters on', async () => {
    gateway.on('GET /task-runs', page());
    await jobhunter('task-run ls --flow-run r1 --operation notify --status failed --since 1h --direct');
    expect(gateway.requests[0]?.query).toEqual({
      flowRunId: 'r1',
      operation: 'notify',
      status: 'failed',
      from: '2026-11-21T11:00:00.000Z',
      orchestrated: 'false',
      limit: '20',
    });
  });

  it('says who asks and over which channel, and leaves it to the gateway to begin a trace', async () => {
    gateway.on('GET /flow-runs', page());
    await jobhunter('flow-run ls --user ada');
    const [request] = gateway.requests;
    expect(request?.headers).toMatchObject({
      'x-user-id': 'ada',
      'x-channel': 'cli',
    });
    expect(request?.headers).not.toHaveProperty('traceparent');
  });

  it('that is empty says what to type next', async () => {
    gateway.on('GET /jobs', page());
    const { terminal } = await jobhunter('jobs ls');
    expect(terminal.stdout()).toContain('jobhunter flow run scrape_jobs');
  });
});

describe('an operation', () => {
  const entry = {
    name: 'notify',
    inputSchema: {
      type: 'object',
      properties: { message: { type: 'string' }, urgent: { type: 'boolean' } },
    },
  };
  const answer = {
    operation: 'notify',
    taskRunId: 't1',
    result: { id: 7 },
    error: null,
    itemErrors: [],
  };

  beforeEach(() => {
    gateway.on('GET /operations/notify', { body: entry });
    gateway.on('POST /operations/notify', {
      body: { ...answer, status: 'success' },
    });
  });

  it.each([
    ['--param message=7 --param urgent=yes', '', { message: '7', urgent: true }],
    ['--input {"message":"hi"} --param urgent=false', '', { message: 'hi', urgent: false }],
    ['--input -', '{"message":"from a pipe"}', { message: 'from a pipe' }],
  ])('is called with %s', async (options, input, body) => {
    const { code, terminal } = await jobhunter(`operation run notify ${options}`, { input });
    expect(terminal.stderr()).toBe('');
    expect(code).toBe(ExitCode.ok);
    expect(gateway.requests.at(-1)).toMatchObject({ method: 'POST', body });
  });

  it('takes its input from a file', async () => {
    const file = path.join(home, 'input.json');
    await writeFile(file, '{"message":"from a file"}');
    await jobhunter(`operation run notify --input @${file} --dry-run`);
    expect(gateway.requests.at(-1)).toMatchObject({
      body: { message: 'from a file' },
      query: { dryRun: 'true' },
    });
  });

  it('that answers without success ends with 1', async () => {
    gateway.on('POST /operations/notify', {
      body: {
        ...answer,
        status: 'failed',
        error: { message: 'nobody listens' },
      },
    });
    const { code, terminal } = await jobhunter('operation run notify');
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stdout()).toContain('nobody listens');
  });

  it('that refuses its input names field, value and expectation', async () => {
    gateway.on('POST /operations/notify', {
      status: 422,
      body: {
        status: 422,
        code: 'operation/invalid-input',
        detail: 'the input of notify was refused: message: must be a string',
        errors: [{ field: 'message', value: 7, message: 'must be a string' }],
        taskRunId: 't9',
      },
    });
    const { code, terminal } = await jobhunter('operation run notify --param message=7');
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toBe(
      [
        'error: the input of notify was refused\n  message: must be a string (it was 7)',
        'its record: jobhunter task-run inspect t9',
      ].join('\n'),
    );
    expect(terminal.stdout()).toBe('');
  });
});

describe('what was typed wrong', () => {
  beforeEach(() => {
    gateway.on('GET /workflows', page({ name: 'scrape_jobs', aliases: ['scrape'] }));
    gateway.on('GET /workflows/scrpe', notFound('there is no flow "scrpe"'));
    gateway.on('GET /operations', page({ name: 'notify' }));
    gateway.on('GET /operations/notfiy', notFound('there is no operation "notfiy"'));
    gateway.on('GET /flow-runs/nope', notFound('there is no flow run nope'));
  });

  it.each([
    ['flwo ls', ExitCode.usage, 'Did you mean flow?'],
    ['flow-run inspct x', ExitCode.usage, 'Did you mean inspect?'],
    ['jobs ls --locaton Berlin', ExitCode.usage, 'Did you mean --location?'],
    ['flow run scrpe', ExitCode.notFound, 'did you mean scrape?'],
    ['operation run notfiy', ExitCode.notFound, 'did you mean notify?'],
    ['flow-run inspect nope', ExitCode.notFound, 'there is no flow run nope'],
    ['flow run', ExitCode.usage, 'name the flow first'],
    ['flow run --limit 5 scrape', ExitCode.usage, 'name the flow first'],
    ['jobs show', ExitCode.usage, "missing required argument 'job'"],
    ['jobs ls --limit 0', ExitCode.usage, 'expected a whole number from 1 to 10000'],
    ['jobs ls --limit many', ExitCode.usage, 'expected a whole number from 1 to 10000'],
    ['jobs ls --since soon', ExitCode.usage, 'expected a span such as 30m'],
    ['flow-run ls --status done', ExitCode.usage, 'Allowed choices are pending, running'],
    ['task-run ls --direct --orchestrated', ExitCode.usage, 'cannot be used with'],
    ['operation run notify --input {bad', ExitCode.usage, '--input: the value is no JSON'],
    ['operation run notify --input [1]', ExitCode.usage, 'must hold a JSON object'],
    ['operation run notify --input @missing.json', ExitCode.usage, 'there is no such file'],
    ['jobs ls --url ftp://x', ExitCode.usage, 'expected an address such as'],
    ['up --port 70000', ExitCode.usage, 'expected a whole number from 0 to 65535'],
    ['up --port 1e3', ExitCode.usage, 'expected a whole number from 0 to 65535'],
  ])('%s ends with %i and says: %s', async (args, expected, said) => {
    const { code, terminal } = await jobhunter(args);
    expect(terminal.stderr()).toContain(said);
    expect(terminal.stdout()).toBe('');
    expect(code).toBe(expected);
  });
});

describe('a server', () => {
  it('that is not there is told in one sentence with what to type', async () => {
    await gateway.close();
    const { code, terminal } = await jobhunter('jobs ls --json');
    gateway = await startFakeGateway();
    expect(code).toBe(ExitCode.unreachable);
    expect(terminal.stderr()).toMatch(
      /^error: no JobHunter server answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\)\nstart one with `jobhunter up --detach`/,
    );
    expect(terminal.stdout()).toBe('');
  });

  it('of another kind is recognised', async () => {
    gateway.on('GET /jobs', { type: 'text/html', body: '<h1>It works!</h1>' });
    const { code, terminal } = await jobhunter('jobs ls');
    expect(code).toBe(ExitCode.unreachable);
    expect(terminal.stderr()).toContain('is no JobHunter server');
  });

  it('whose database is gone is told apart, with when to try again', async () => {
    const body = {
      status: 503,
      detail: 'the database does not answer',
      disposition: 'retry',
      retryAfterMs: 1_500,
    };
    gateway.on('GET /jobs', { status: 503, body });
    const { code, terminal } = await jobhunter('jobs ls');
    expect(code).toBe(ExitCode.unreachable);
    expect(terminal.stderr()).toBe('error: the database does not answer\ntry again in 2 s');
  });
});

describe('help', () => {
  it('lists the commands, examples and what exit codes mean', async () => {
    const { code, terminal } = await jobhunter('--help');
    expect(code).toBe(ExitCode.ok);
    for (const word of ['doctor', 'flow-run', 'Exit codes:', '130  interrupted', '$ jobhunter up --detach']) {
      expect(terminal.stdout()).toContain(word);
    }
  });

  it('of a command shows examples and the options of every command', async () => {
    const { terminal } = await jobhunter('task-run ls --help');
    expect(terminal.stdout()).toContain('--json');
    expect(terminal.stdout()).toContain('$ jobhunter task-run ls --since 1h --status failed');
  });
});

describe('status and down', () => {
  it('say that nothing runs', async () => {
    const status = await jobhunter('status --json');
    expect(JSON.parse(status.terminal.stdout())).toMatchObject({
      running: false,
      home,
      parts: [],
    });
    expect(status.code).toBe(ExitCode.failed);
    const down = await jobhunter('down');
    expect(down.terminal.stdout()).toBe('Nothing is running.');
    expect(down.code).toBe(ExitCode.ok);
  });
});
