import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { type CaptureOptions, captureTerminal } from '../testing/captured-terminal.js';
import { eventStream, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

const NOW = Date.UTC(2026, 10, 21, 12);

const run = {
  id: 'run1',
  flow: 'greet',
  status: 'failed',
  tasks: { success: 1, cached: 0, total: 3 },
  durationMs: 1_000,
  createdAt: '2026-11-21T10:00:00.000Z',
  actor: { userId: 'ada' },
};
const preview = { action: 'restart', dryRun: true, count: 3, byStatus: { failed: 3 }, first: [run] };
const work = {
  id: 'b1',
  action: 'restart',
  status: 'running',
  total: 3,
  done: 0,
  skipped: 0,
  failed: 0,
  failures: [],
  error: null,
};
const done = { ...work, status: 'done', done: 3 };

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
  gateway.on('POST /flow-runs/bulk/restart', ({ body }) => {
    const dry = (body as { dryRun?: boolean }).dryRun;
    return dry ? { body: preview } : { status: 202, type: 'application/json', body: work };
  });
  ends(done);
});
afterEach(() => gateway.close());

/** Streams the progress of bulk work up to its end. */
function ends(last: object): void {
  gateway.on('GET /flow-runs/bulk/b1/events', (_request, response) => {
    const send = eventStream(response);
    send('progress', { ...work, done: 1 }, 1);
    send('end', last, 2);
    response.end();
    return undefined;
  });
}

async function jobhunter(args: string, options: CaptureOptions = {}) {
  const terminal = captureTerminal({ ...options, env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args.split(' '), terminal, { now: () => NOW }) };
}

const sent = () =>
  gateway.requests.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]);
const RESTART = 'flow-run restart --where status=failed --flow greet --since 1h';
const filter = { status: 'failed', flow: 'greet', from: '2026-11-21T11:00:00.000Z' };

describe('bulk work', () => {
  const listed = {
    ...{
      ...work,
      failures: undefined,
      skipped: 1,
      by: { userId: 'ada' },
      createdAt: '2026-11-21T10:00:00.000Z',
    },
    filter: { status: 'failed', flow: 'greet' },
  };
  const page = (items: object[], nextCursor: string | null = null) => ({ body: { items, nextCursor } });

  it('is listed, with what it was to be done to and how far it is', async () => {
    gateway.on('GET /flow-runs/bulk', page([{ ...listed, id: 'b2', status: 'stopped', done: 2 }, listed]));
    const { code, terminal } = await jobhunter('flow-run bulk list', { width: 200 });
    expect(code).toBe(ExitCode.ok);
    const lines = terminal
      .stdout()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/));
    expect(lines[0]).toEqual([
      'BULK',
      'ACTION',
      'STATUS',
      'DONE',
      'SKIPPED',
      'FAILED',
      'WHERE',
      'BEGUN',
      'USER',
    ]);
    const where = 'status=failed flow=greet';
    const rest = [where, expect.stringContaining('2026-11-21'), 'ada'];
    expect(lines.slice(1)).toEqual([
      ['b2', 'restart', 'stopped', '2/3', '1', '0', ...rest],
      ['b1', 'restart', 'running', '0/3', '1', '0', ...rest],
    ]);
  });

  it('is listed up to a limit, page by page, for people and for programs', async () => {
    gateway.on('GET /flow-runs/bulk', ({ query }) =>
      query['cursor'] === undefined ? page([{ ...listed, id: 'b3' }], 'b3') : page([listed], 'b1'),
    );
    const { terminal } = await jobhunter('flow-run bulk ls --limit 2 --json');
    expect(JSON.parse(terminal.stdout())).toMatchObject({
      items: [{ id: 'b3' }, { id: 'b1' }],
      nextCursor: 'b1',
    });
    expect(gateway.requests.map(({ query }) => query)).toEqual([
      { limit: '2' },
      { limit: '1', cursor: 'b3' },
    ]);
    expect((await jobhunter('flow-run bulk list --limit 2')).terminal.stdout()).toContain(
      'These are the first 2; --limit shows more.',
    );
  });

  it('may be none', async () => {
    gateway.on('GET /flow-runs/bulk', page([]));
    const { code, terminal } = await jobhunter('flow-run bulk list');
    expect(code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toContain('No bulk work in the last week.');
  });
});

describe('many runs', () => {
  it('are shown first, and asked about', async () => {
    const { code, terminal } = await jobhunter(RESTART, { answer: true });
    expect(code).toBe(ExitCode.ok);
    expect(sent()).toEqual([
      ['/flow-runs/bulk/restart', { filter, dryRun: true }],
      ['/flow-runs/bulk/restart', { filter }],
    ]);
    expect(terminal.stderr()).toMatch(
      /3 runs would be restarted \(3 failed\):\nRUN .*\nrun1 .*\n… and 2 more/s,
    );
    expect(terminal.stderr()).toContain('Restart 3 runs?');
    expect(terminal.stdout()).toBe('3 of 3 runs restarted');
  });

  it('are left alone after a no', async () => {
    const { code, terminal } = await jobhunter(RESTART, { answer: false });
    expect(code).toBe(ExitCode.failed);
    expect(sent()).toHaveLength(1);
    expect(terminal.stderr()).toContain('Nothing was done.');
    expect(terminal.stdout()).toBe('');
  });

  it('are left alone where nobody can be asked', async () => {
    const { code, terminal } = await jobhunter(RESTART);
    expect(code).toBe(ExitCode.usage);
    expect(sent()).toHaveLength(1);
    expect(terminal.stderr()).toContain(
      'nothing was done: restart means 3 runs, and nobody is there to be asked',
    );
    expect(terminal.stderr()).toContain('--yes');
  });

  it('are meant up to an instant, which is refused where nobody can read it', async () => {
    for (const wrong of ['to=2026-W05', 'to=2026-032', 'from=20260105', 'to=2026-01-05T10']) {
      const { code, terminal } = await jobhunter(`flow-run cancel --where ${wrong} --yes`);
      expect(code).toBe(ExitCode.usage);
      expect(terminal.stderr()).toContain(`--where ${wrong}: expected an instant`);
    }
    expect(sent()).toEqual([]);
    await jobhunter('flow-run restart --where to=2026-01-05T10:00Z --yes');
    expect(sent()).toEqual([['/flow-runs/bulk/restart', { filter: { to: '2026-01-05T10:00:00.000Z' } }]]);
  });

  it('are named where they were left alone', async () => {
    const leftAlone = [{ runId: 'run8', message: 'it goes on as run run9: restart the last of them' }];
    ends({ ...done, done: 2, skipped: 1, leftAlone });
    gateway.on('POST /flow-runs/bulk/restart', { body: { ...preview, skipped: 1 } });
    const { terminal } = await jobhunter('flow-run bulk b1');
    expect(terminal.stdout()).toContain('run8 is left alone: it goes on as run run9');
    const shown = await jobhunter(`${RESTART} --dry-run`);
    expect(shown.terminal.stdout()).toContain('Left alone, for other runs go on with their work: 1');
  });

  it('are not asked about with --yes', async () => {
    const { code } = await jobhunter(`${RESTART} --yes`);
    expect(code).toBe(ExitCode.ok);
    expect(sent()).toEqual([['/flow-runs/bulk/restart', { filter }]]);
  });

  it('are only shown with --dry-run', async () => {
    const { code, terminal } = await jobhunter(`${RESTART} --dry-run --json`);
    expect(code).toBe(ExitCode.ok);
    expect(JSON.parse(terminal.stdout())).toEqual(preview);
    expect(sent()).toHaveLength(1);
  });

  it('may be none', async () => {
    gateway.on('POST /flow-runs/bulk/cancel', {
      body: { ...preview, action: 'cancel', count: 0, first: [] },
    });
    const { code, terminal } = await jobhunter('flow-run cancel --tag trial', { answer: true });
    expect(code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toBe('No run that could be cancelled fits.');
    expect(sent()).toEqual([['/flow-runs/bulk/cancel', { filter: { tag: 'trial' }, dryRun: true }]]);
  });

  it('are counted in one line that changes', async () => {
    const { terminal } = await jobhunter(`${RESTART} --yes`, { interactive: true });
    expect(terminal.drawings).toEqual(['… 1 of 3 runs restarted', '3 of 3 runs restarted']);
    expect(terminal.stdout()).toBe('');
  });

  it('that could not be restarted are named, and make it a failure', async () => {
    const failures = [{ runId: 'run7', message: 'run run7 has not ended' }];
    ends({ ...done, done: 1, skipped: 1, failed: 1, failures });
    const { code, terminal } = await jobhunter(`${RESTART} --yes`);
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stdout()).toBe(
      '1 of 3 runs restarted, 1 left as they were, 1 could not be\n  run7: run run7 has not ended',
    );
  });

  it('are gone on with by themselves after Ctrl-C, and can be looked at again', async () => {
    gateway.on('GET /flow-runs/bulk/b1/events', (_request, response) => {
      eventStream(response)('progress', { ...work, done: 1 }, 1);
      return undefined;
    });
    const terminal = captureTerminal({ interactive: true, env: { JOBHUNTER_URL: gateway.url } });
    const running = runCli(`${RESTART} --yes`.split(' '), terminal);
    await terminal.wrote('1 of 3 runs');
    terminal.interrupt();
    expect(await running).toBe(ExitCode.interrupted);
    expect(terminal.stderr()).toContain('jobhunter flow-run bulk b1');
    expect(terminal.listeners()).toBe(0);
    ends(done);
    const again = await jobhunter('flow-run bulk b1 --json');
    expect(JSON.parse(again.terminal.stdout())).toEqual(done);
  });

  it('are stopped after Ctrl-C by whoever says so, and counted', async () => {
    const stopped = { ...work, status: 'stopped', done: 2 };
    let isTold = false;
    gateway.on('POST /flow-runs/bulk/b1/stop', () => {
      isTold = true;
      return { status: 202, type: 'application/json', body: { ...work, status: 'stopping', done: 1 } };
    });
    gateway.on('GET /flow-runs/bulk/b1/events', (_request, response) => {
      const send = eventStream(response);
      send('progress', { ...work, done: 1, status: isTold ? 'stopping' : 'running' }, 1);
      if (isTold) {
        send('end', stopped, 2);
        response.end();
      }
      return undefined;
    });
    const terminal = captureTerminal({
      interactive: true,
      answer: true,
      env: { JOBHUNTER_URL: gateway.url },
    });
    const running = runCli(`${RESTART} --yes`.split(' '), terminal);
    await terminal.wrote('1 of 3 runs');
    terminal.interrupt();
    expect(await running).toBe(ExitCode.interrupted);
    expect(terminal.stderr()).toContain('Stop it?');
    expect(terminal.drawings).toEqual([
      '… 1 of 3 runs restarted',
      '… stopping: 1 of 3 runs restarted',
      'Stopped: 2 of 3 runs restarted',
    ]);
    expect(terminal.listeners()).toBe(0);
  });

  it('are stopped by the id of the work', async () => {
    const stopped = { ...work, status: 'stopped', done: 2 };
    gateway.on('POST /flow-runs/bulk/b1/stop', { body: stopped });
    ends(stopped);
    const { code, terminal } = await jobhunter('flow-run bulk stop b1');
    expect(code).toBe(ExitCode.ok);
    expect(terminal.stdout()).toBe('Stopped: 2 of 3 runs restarted');
    expect(sent()).toEqual([['/flow-runs/bulk/b1/stop', {}]]);
  });

  it('cannot be stopped where nobody knows the work', async () => {
    gateway.on('POST /flow-runs/bulk/none/stop', {
      status: 404,
      body: {
        title: 'Not Found',
        status: 404,
        code: 'gateway/unknown-bulk',
        detail: 'there is no bulk work none',
      },
    });
    const { code, terminal } = await jobhunter('flow-run bulk stop none');
    expect(code).toBe(ExitCode.notFound);
    expect(terminal.stderr()).toContain('there is no bulk work none');
  });

  it.each([
    ['flow-run cancel', 'name the run, or say which runs by --where'],
    ['flow-run cancel run1 --tag trial', 'not both'],
    ['flow-run cancel run1 --yes', 'go with a filter'],
    ['flow-run restart --tag trial --from-step 4', '--from-step goes with the id of one run'],
    ['flow-run cancel --where status', 'expected field=value, for example --where status=failed'],
    ['flow-run cancel --where status=odd', 'expected one of pending, running'],
    ['flow-run cancel --where statsu=failed', 'did you mean status?'],
  ])('are refused before anything is sent: %s', async (args, sentence) => {
    const { code, terminal } = await jobhunter(args);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
    expect(gateway.requests).toEqual([]);
  });
});
