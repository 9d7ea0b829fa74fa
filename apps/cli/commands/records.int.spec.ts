import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal } from '../testing/captured-terminal.js';
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

async function jobhunter(...args: string[]) {
  const terminal = captureTerminal({ env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args, terminal) };
}

const answer = {
  operation: 'echo',
  taskRunId: 't2',
  status: 'success',
  result: { text: 'ho' },
  error: null,
  itemErrors: [],
  replayOf: 't1',
};

describe('task-run replay', () => {
  it('runs it again and shows what came of it', async () => {
    gateway.on('POST /task-runs/t1/replay', { body: answer });
    const { terminal, code } = await jobhunter('task-run', 'replay', 't1', '--dry-run');
    expect(code).toBe(ExitCode.ok);
    expect(gateway.requests.at(-1)?.body).toEqual({ dryRun: true });
    expect(terminal.stdout()).toMatch(/^echo success {2}t2/);
  });

  it('says why it is refused, and how it would not be', async () => {
    const detail = 'ring takes effect at most once: say force (`--force`) if that is wanted';
    gateway.on('POST /task-runs/t1/replay', {
      status: 409,
      body: { status: 409, detail, code: 'gateway/force-needed' },
    });
    const { terminal, code } = await jobhunter('task-run', 'replay', 't1');
    expect(code).not.toBe(ExitCode.ok);
    expect(terminal.stderr()).toContain(detail);
  });
});

describe('dead-letters', () => {
  const letter = {
    id: 't1.2',
    ofTaskRun: 't1',
    attempt: 2,
    operationName: 'echo',
    service: 'echo',
    flowRunId: 'run1',
    actor: { userId: 'ann', channel: 'flow' },
    input: { text: 'ho' },
    deliveries: 5,
    error: { code: 'x', message: 'handed out 5 times', disposition: 'terminal' },
    flags: {},
    tags: [],
    status: 'open',
    settledBy: null,
    settledAt: null,
    reason: null,
    retryTaskRunId: null,
    createdAt: '2026-11-21T10:00:00.000Z',
  };

  it('are listed and shown', async () => {
    gateway.on('GET /dead-letters', { body: { items: [letter], nextCursor: null } });
    gateway.on('GET /dead-letters/t1.2', { body: letter });
    const listed = await jobhunter('dead-letters', 'ls', '--status', 'open');
    expect(listed.terminal.stdout()).toMatch(/t1\.2 +echo +open +ann +5 +run1/);
    expect(gateway.requests.at(-1)?.query).toMatchObject({ status: 'open' });
    const shown = await jobhunter('dead-letters', 'show', 't1.2');
    expect(shown.terminal.stdout()).toContain('handed out 5 times');
    expect((await jobhunter('dead-letters', 'ls', '--status', 'lost')).code).toBe(ExitCode.usage);
  });

  it('are retried, and dropped for a reason', async () => {
    gateway.on('POST /dead-letters/t1.2/retry', { body: answer });
    gateway.on('POST /dead-letters/t1.2/drop', { body: { ...letter, status: 'dropped' } });
    await jobhunter('dead-letters', 'retry', 't1.2', '--force', '--reason', 'once more');
    expect(gateway.requests.at(-1)?.body).toEqual({ force: true, reason: 'once more' });
    const dropped = await jobhunter('dead-letters', 'drop', 't1.2', '--reason', 'gone');
    expect(dropped.terminal.stdout()).toBe('echo t1.2 is dropped and kept.');
    expect((await jobhunter('dead-letters', 'drop', 't1.2')).code).toBe(ExitCode.usage);
  });
});

describe('lineage', () => {
  const entry = {
    taskRunId: 't1',
    operationName: 'scrape_jobs',
    status: 'success',
    flowRunId: 'run1',
    documents: [
      { collection: 'jobs', documentId: 'j1' },
      { collection: 'pages', documentId: 'p1' },
    ],
    at: '2026-11-21T10:00:00.000Z',
  };

  it('shows a line for each document', async () => {
    gateway.on('GET /lineage/runs/run1', { body: { items: [entry], nextCursor: null, truncated: false } });
    gateway.on('GET /lineage/jobs/j1', { body: { items: [], nextCursor: null } });
    const { terminal } = await jobhunter('lineage', 'run', 'run1');
    expect(terminal.stdout().split('\n')).toHaveLength(3);
    expect(terminal.stdout()).toMatch(/jobs +j1 +scrape_jobs +success +t1 +run1/);
    const nothing = await jobhunter('lineage', 'document', 'jobs', 'j1');
    expect(nothing.terminal.stdout()).toBe('Nothing on record has made or touched it.');
  });
});

describe('flow-run undo', () => {
  const plan = {
    undoes: 'run1',
    flow: 'books',
    steps: [
      {
        step: 5,
        name: 'hotel',
        by: { task: 'cancel_hotel', service: 'travel', operation: 'cancel' },
        input: { id: 7 },
      },
    ],
    left: [{ step: 2, name: 'look', why: 'nothing is declared that undoes it' }],
    runId: null,
    existing: false,
  };

  it('shows what would be undone', async () => {
    gateway.on('POST /flow-runs/run1/undo', { body: plan });
    const { terminal } = await jobhunter('flow-run', 'undo', 'run1', '--preview');
    expect(gateway.requests.map(({ body }) => body)).toEqual([{ preview: true }]);
    expect(terminal.stdout()).toContain('5. hotel, by cancel_hotel of travel');
    expect(terminal.stdout()).toContain('2. look: nothing is declared that undoes it');
  });

  it('undoes nothing where nobody can be asked and nobody has said yes', async () => {
    gateway.on('POST /flow-runs/run1/undo', ({ body }) => ({
      body: (body as { preview?: boolean }).preview ? plan : { ...plan, runId: 'undo1' },
    }));
    const silent = await jobhunter('flow-run', 'undo', 'run1');
    expect(silent.code).toBe(ExitCode.usage);
    expect(gateway.requests).toHaveLength(1);
    const said = await jobhunter('flow-run', 'undo', 'run1', '--yes');
    expect(said.terminal.stdout()).toMatch(/^Run undo1 undoes 1 step of run1\./);
  });

  it('says where there is nothing to undo', async () => {
    gateway.on('POST /flow-runs/run1/undo', { body: { ...plan, steps: [], left: [] } });
    const { terminal, code } = await jobhunter('flow-run', 'undo', 'run1');
    expect([code, terminal.stdout()]).toEqual([ExitCode.ok, 'There is nothing to undo of run1.']);
  });
});

describe('audit', () => {
  const state = {
    state: 'running',
    phase: 'RUN',
    done: 500,
    total: 1_000,
    since: '2026-11-21T10:00:00.000Z',
    finishedAt: null,
    result: null,
    error: null,
  };
  const result = { taskRuns: 2, flowRuns: 1, archived: 1, events: 9, carriedOver: 0, durationMs: 12 };

  it('shows how full the log is', async () => {
    gateway.on('GET /audit/storage', {
      body: { bytes: 2e6, limit: 4e6, share: 0.5, finishedInLog: 3, archivedRuns: 7, archivedBytes: 1e3 },
    });
    const { terminal } = await jobhunter('audit', 'storage');
    expect(terminal.stdout()).toMatch(/50/);
    expect(terminal.stdout()).toMatch(/7 runs/);
  });

  it('rebuilds, with progress, and says what came of it', async () => {
    const states = [state, { ...state, state: 'done', result }];
    gateway.on('POST /audit/rebuild', { status: 202, body: state });
    gateway.on('GET /audit/rebuild', () => ({ body: states.length > 1 ? states.shift() : states[0] }));
    const { terminal, code } = await jobhunter('audit', 'rebuild');
    expect(code).toBe(ExitCode.ok);
    expect(terminal.stderr()).toContain('500 of 1000 messages of runs read');
    expect(terminal.stdout()).toMatch(/^Rebuilt 2 task runs and 1 flow runs out of 1 archived runs/);
    states[0] = { ...state, state: 'failed', error: 'the disk is full' } as never;
    expect((await jobhunter('audit', 'rebuild', '--state')).code).toBe(ExitCode.failed);
  });

  const LINES = '{"id":"t1"}\n{"id":"t2"}\n';

  it('exports into a file, packed where its name says so, or to standard output', async () => {
    gateway.on('GET /audit/export/task-runs', { type: 'application/x-ndjson', body: LINES });
    const file = path.join(folder, 'out.jsonl.gz');
    const { terminal } = await jobhunter('audit', 'export', 'task-runs', '--out', file, '--status', 'failed');
    expect(terminal.stdout()).toBe(`2 records (24 B) are written to ${file}.`);
    expect(gunzipSync(await readFile(file)).toString()).toBe(LINES);
    expect(gateway.requests.at(-1)?.query).toEqual({ status: 'failed' });
    const shown = await jobhunter('audit', 'export', 'task-runs', '--out', '-');
    expect(shown.terminal.stdout()).toBe(LINES.trimEnd());
  });

  it('leaves no half of a file where the export breaks off', async () => {
    gateway.on('GET /audit/export/task-runs', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"id":"t1"}\n', () => response.destroy());
      return undefined;
    });
    const file = path.join(folder, 'broken.jsonl');
    const { terminal, code } = await jobhunter('audit', 'export', 'task-runs', '--out', file);
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stderr()).toContain('the export was broken off');
    expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  it('knows what it can export, and by which states', async () => {
    for (const args of [
      ['everything', '--out', '-'],
      ['task-runs', '--out', '-', '--status', 'halted'],
      ['task-runs'],
    ])
      expect((await jobhunter('audit', 'export', ...args)).code).toBe(ExitCode.usage);
  });
});
