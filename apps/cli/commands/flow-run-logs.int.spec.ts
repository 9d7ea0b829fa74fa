import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

const LINES = 'GET /flow-runs/run1/logs';
const FINISHED = '2026-01-02T03:04:06.000Z';
const taskTree = [{ id: 't1', taskName: 'say_hello' }];
const lineOf = (id: string, message: string, taskRunId: string | null = 't1') => ({
  ...{ id, level: 'info', message, at: '2026-01-02T03:04:04.000Z', taskRunId, flowRunId: 'run1' },
});

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
  gateway.on('GET /flow-runs/run1', {
    body: { id: 'run1', status: 'completed', finishedAt: FINISHED, taskTree },
  });
});
afterEach(() => gateway.close());

function jobhunter(args: string) {
  const terminal = captureTerminal({ env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: runCli(args.split(' '), terminal) };
}

/** Stores lines that come in pages of two. */
function stored(...lines: object[]): void {
  gateway.on(LINES, ({ query }) => {
    const from = Number(query['cursor'] ?? 0);
    const nextCursor = from + 2 < lines.length ? String(from + 2) : null;
    return { body: { items: lines.slice(from, from + 2), nextCursor } };
  });
}

describe('the log lines of a run', () => {
  it('are followed over all pages, with the names of their tasks', async () => {
    stored(lineOf('1', 'one'), lineOf('2', 'two', null), lineOf('3', 'three', 't9'));
    const { code, terminal } = jobhunter('flow-run logs run1 -f --level info --limit 1');
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.out.map((text) => text.slice('00:00:00 '.length))).toEqual([
      'info  say_hello: one',
      'info  two',
      'info  t9: three',
    ]);
    expect(gateway.requests.at(-1)?.path).toBe('/flow-runs/run1');
    expect(gateway.requests.find(({ path }) => path.endsWith('/logs'))?.query).toMatchObject({
      level: 'info',
    });
  });

  it('are one JSON object each where programs follow them', async () => {
    const lines = [lineOf('1', 'one'), lineOf('2', 'two', null)];
    stored(...lines);
    const { code, terminal } = jobhunter('flow-run logs run1 -f --json');
    expect(await code).toBe(ExitCode.ok);
    expect(terminal.out.map((text) => JSON.parse(text) as unknown)).toEqual(lines);
  });

  it('are followed until Ctrl-C where the run goes on', async () => {
    stored(lineOf('1', 'one'));
    gateway.on('GET /flow-runs/run1', {
      body: { id: 'run1', status: 'running', finishedAt: null, taskTree },
    });
    const { code, terminal } = jobhunter('flow-run logs run1 -f');
    await terminal.wrote('one');
    terminal.interrupt();
    expect(await code).toBe(ExitCode.interrupted);
    expect(terminal.listeners()).toBe(0);
  });
});
