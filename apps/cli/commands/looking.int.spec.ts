import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { type CaptureOptions, captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

let gateway: FakeGateway;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.close());

async function jobhunter(args: string, options: CaptureOptions = {}) {
  const terminal = captureTerminal({ ...options, env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args.split(' '), terminal) };
}

const page = (...items: unknown[]) => ({ body: { items, nextCursor: null } });

describe('what belongs to a run', () => {
  it('is its steps', async () => {
    const step = {
      number: 1,
      kind: 'task',
      name: 'say_hello',
      state: 'ambiguous',
      epoch: 1,
      askedAt: '2026-11-21T10:00:00.000Z',
      endedAt: null,
      attempt: 1,
      taskRunId: 't1',
      links: {},
    };
    const { links: _links, taskRunId: _task, ...rest } = step;
    const ended = { ...rest, number: 2, kind: 'sleep', name: '', state: 'succeeded' };
    gateway.on('GET /flow-runs/run1/steps', page(step, { ...ended, endedAt: '2026-11-21T10:00:02.000Z' }));
    const { terminal } = await jobhunter('flow-run steps run1');
    const [head, first, second] = terminal.stdout().split('\n');
    expect(head).toMatch(/^STEP +KIND +NAME +STATE +TRY +ASKED +TOOK +TASK OR FLOW RUN$/);
    expect(first).toMatch(/^ *1 +task +say_hello +ambiguous +1 .* t1$/);
    expect(second).toMatch(/^ *2 +sleep +succeeded .* 2\.0 s$/);
  });

  it('is the runs that it has started', async () => {
    gateway.on('GET /flow-runs/run1/children', page());
    const { terminal } = await jobhunter('flow-run children run1');
    expect(terminal.stdout()).toBe('It has started no run.');
  });

  it('is what it shows to people, as far as a terminal can', async () => {
    const artifact = {
      id: 'run1.7',
      key: null,
      title: 'Openings',
      createdAt: '2026-11-21T10:00:00.000Z',
      bytes: 20,
      dataRef: null,
    };
    gateway.on(
      'GET /flow-runs/run1/artifacts',
      page(
        { ...artifact, kind: 'table', data: [{ city: 'Berlin', n: 3 }, { city: 'Ulm' }] },
        { ...artifact, kind: 'markdown', title: null, key: 'letter', data: '# Dear\u001b[31m all\nyours' },
        { ...artifact, kind: 'link', data: 'https://jobs.example' },
        { ...artifact, kind: 'image', data: 'data:image/png;base64,AAAA' },
        { ...artifact, kind: 'table', data: null, bytes: 300_000, dataRef: { flowRunId: 'run1', seq: 7 } },
      ),
    );
    const { terminal } = await jobhunter('flow-run artifacts run1');
    const [table, text, link, image, large] = terminal.stdout().split('\n\n');
    expect(table).toMatch(/^Openings {2}table, .*, run1\.7\ncity +n\nBerlin +3\nUlm$/);
    expect(text).toMatch(/^letter {2}markdown, key letter, .*\n# Dear all\nyours$/);
    expect(link).toContain('\nhttps://jobs.example');
    expect(image).toContain('\ndata:image/png;base64, 20 B: GET /artifacts/run1.7');
    expect(large).toContain('\n300.0 KB, too much to show: GET /artifacts/run1.7');
  });

  it('is its history, on standard output or in a file', async () => {
    const history = { format: 'flow-run-history', events: [{ seq: 1 }] };
    gateway.on('GET /flow-runs/run1/export', { body: history });
    const shown = await jobhunter('flow-run export run1');
    expect(JSON.parse(shown.terminal.stdout())).toEqual(history);
    const file = path.join(folder, 'run1.json');
    const written = await jobhunter(`flow-run export run1 --out ${file} --json`);
    expect(JSON.parse(written.terminal.stdout())).toMatchObject({ runId: 'run1', file, events: 1 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(history);
    const failed = await jobhunter(`flow-run export run1 --out ${folder}/no/where.json`);
    expect(failed.code).toBe(ExitCode.failed);
    expect(failed.terminal.stderr()).toContain('cannot be written (ENOENT)');
  });
});

describe('approvals', () => {
  const approval = {
    flowRunId: 'run1',
    step: 4,
    name: 'send application',
    flow: 'apply',
    status: 'pending',
    payload: { to: 'Northquay' },
    approvers: ['ada'],
    requestedAt: '2026-11-21T10:00:00.000Z',
    dueAt: null,
    otherwise: null,
    answeredBy: null,
    comment: null,
  };

  it('are those that wait for an answer, with how to give it', async () => {
    gateway.on('GET /approvals', page(approval));
    const { terminal } = await jobhunter('approvals');
    expect(gateway.requests[0]?.query).toEqual({ status: 'pending', limit: '50' });
    expect(terminal.stdout()).toMatch(/run1 +4 +send application +apply +pending +\{"to":"Northquay"\} +ada/);
    expect(terminal.stdout()).toContain('jobhunter approvals show run1.4');
  });

  it('are all of a run where they are asked for', async () => {
    gateway.on('GET /approvals', page());
    const { terminal } = await jobhunter('approvals --status any --flow-run run1');
    expect(gateway.requests[0]?.query).toEqual({ flowRunId: 'run1', limit: '50' });
    expect(terminal.stdout()).toBe('No approvals.');
    expect((await jobhunter('approvals --status open')).code).toBe(ExitCode.usage);
  });
});

describe('what a flow keeps over its runs', () => {
  const state = { flow: 'greet', name: 'last', found: true, value: 7, runId: null, keptAt: null };

  it('is listed and read', async () => {
    gateway.on(
      'GET /workflows/greet/state',
      page(state, { ...state, name: 'who', value: 'Ada', runId: 'run1' }),
    );
    gateway.on('GET /workflows/greet/state/last', { body: state });
    const { terminal } = await jobhunter('state list greet');
    expect(terminal.stdout()).toMatch(/^NAME +VALUE +BY\nlast +7 +a person\nwho +"Ada" +run1$/);
    expect((await jobhunter('state get greet last')).terminal.stdout()).toBe('7');
    expect(JSON.parse((await jobhunter('state get greet last --json')).terminal.stdout())).toEqual(state);
  });

  it.each([
    ['2026-11-21', '', '2026-11-21'],
    ['{"a":[1]}', '', { a: [1] }],
    ['null', '', null],
    ['-', 'two words\n', 'two words'],
  ])('is set to %s', async (typed, input, value) => {
    gateway.on('PUT /workflows/greet/state/last', { body: { ...state, value } });
    const { code } = await jobhunter(`state set greet last ${typed}`, { input });
    expect(code).toBe(ExitCode.ok);
    expect(gateway.requests[0]?.body).toEqual({ value });
  });

  it('is forgotten', async () => {
    gateway.on('DELETE /workflows/greet/state/last', { body: { ...state, found: false } });
    const { terminal } = await jobhunter('state reset greet last');
    expect(terminal.stdout()).toBe('greet has forgotten last.');
  });

  it.each([
    ['state get greet', "missing required argument 'name'"],
    ['state set greet last', "missing required argument 'value'"],
    ['state set greet last [1', 'begins like JSON, but is none'],
    ['state gte greet', 'Did you mean get?'],
  ])('is not touched by %s', async (args, sentence) => {
    const { code, terminal } = await jobhunter(args);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
    expect(gateway.requests).toEqual([]);
  });
});
