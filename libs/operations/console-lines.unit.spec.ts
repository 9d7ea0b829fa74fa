import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LiveEvent } from '#libs/run-log';
import { listenToConsole } from './console-lines.js';
import { Runner } from './runner.js';
import { Login, Send, workOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';
import type { Work } from './work.js';

const sent = { success: true, parcelIds: [] };
const METHODS = ['debug', 'log', 'info', 'warn', 'error'] as const;
const methods: Record<(typeof METHODS)[number], unknown> = console;
const own = METHODS.map((method) => methods[method]);
let printed: unknown[][];
let lines: { readonly by: string; readonly level: string; readonly message: string }[];
let logger: SilentLogger;
let runner: Runner;
let stop: () => void;

beforeEach(() => {
  printed = [];
  lines = [];
  METHODS.forEach(
    (method) => (console[method] = (...said: unknown[]) => void printed.push([method, ...said])),
  );
  logger = new SilentLogger();
  runner = new Runner({
    authorize: () => true,
    stopGraceMs: 100,
    logger,
    surroundings: {
      callFrom: () => Promise.reject(new TypeError('no nested calls here')),
      publishLive: (work: Work, event: LiveEvent) => {
        if (event.type !== 'LogEmitted') return;
        lines.push({ by: work.execution.taskRunId, level: event.entry.level, message: event.entry.message });
      },
    },
  });
  stop = listenToConsole();
});
afterEach(() => {
  stop();
  METHODS.forEach((method, nth) => (methods[method] = own[nth]));
});

const run = (id: string, tell: () => unknown, details: Partial<Work> = { logPrints: true }) =>
  runner.run({ ...workOf(Send, { taskRunId: id }), ...details }, tell);

describe('what an operation writes to the console', () => {
  it('becomes lines of its log where its task asks for it, and is printed all the same', async () => {
    await run('t1', () => {
      METHODS.forEach((method) => console[method](`by ${method}`, { n: 1 }));
      console.log('%d of %s', 3, 'ten');
      return sent;
    });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['debug', 'by debug { n: 1 }'],
      ['info', 'by log { n: 1 }'],
      ['info', 'by info { n: 1 }'],
      ['warn', 'by warn { n: 1 }'],
      ['error', 'by error { n: 1 }'],
      ['info', '3 of ten'],
    ]);
    expect(printed).toHaveLength(6);
    expect(printed[1]).toEqual(['log', 'by log', { n: 1 }]);
    expect(logger.lines).toEqual([]);
  });

  it('travels in the outcome of a verbose run', async () => {
    const { outcome } = await runner.run(
      { ...workOf(Send, { flags: { verbose: true } }), logPrints: true },
      () => {
        console.warn('low on paper');
        return sent;
      },
    );
    expect(outcome.logEntries).toMatchObject([{ level: 'warn', message: 'low on paper' }]);
  });

  it('is only printed where nobody asked for it', async () => {
    await run('t1', () => (console.log('hidden'), sent), {});
    expect(lines).toEqual([]);
    expect(printed).toEqual([['log', 'hidden']]);
  });

  it('goes to the log of whoever wrote it, while several run at once and other code writes', async () => {
    const turns: (() => void)[] = [];
    const turn = (): Promise<void> => new Promise((resolve) => void turns.push(resolve));
    const chat = (id: string, details?: Partial<Work>): Promise<unknown> =>
      run(
        id,
        async () => {
          console.log(`${id} begins`);
          await turn();
          console.log(`${id} ends`);
          return sent;
        },
        details,
      );
    const all = [chat('t1'), chat('t2'), chat('t3', {})];
    while (turns.length < 3) await Promise.resolve();
    console.log('from outside');
    turns.reverse().forEach((go) => go());
    await Promise.all(all);
    expect(lines).toHaveLength(4);
    expect(lines.every(({ by, message }) => message.startsWith(by))).toBe(true);
    expect(printed).toHaveLength(7);
  });

  it('keeps sensitive values out of the log', async () => {
    const work = workOf(Login, { input: { name: 'anna', password: 'battery' } });
    await runner.run({ ...work, logPrints: true }, () => {
      console.log('got battery');
      return { said: 'hello', token: 'x' };
    });
    expect(lines.map(({ message }) => message)).toEqual(['got [redacted]']);
  });
});

describe('the console', () => {
  it('is its old self when the last service has closed', () => {
    const second = listenToConsole();
    const mine = jest.fn();
    stop();
    stop();
    expect(console.log).not.toBe(own[1]);
    second();
    console.log = mine;
    console.log('x');
    expect(mine).toHaveBeenCalledTimes(1);
    expect(printed).toEqual([]);
  });

  it('is given back as it was, method by method', () => {
    stop();
    const before = METHODS.map((method) => methods[method]);
    const again = listenToConsole();
    expect(METHODS.some((method, nth) => methods[method] === before[nth])).toBe(false);
    again();
    METHODS.forEach((method, nth) => expect(methods[method]).toBe(before[nth]));
  });

  it('leaves what others have put over it in place, and no longer listens below', async () => {
    const below = console.log;
    const over = (...said: unknown[]): void => below('over', ...said);
    console.log = over;
    stop();
    expect(console.log).toBe(over);
    stop = listenToConsole();
    await run('t1', () => (console.log('once'), sent));
    expect(lines).toHaveLength(1);
    expect(printed).toEqual([['log', 'over', 'once']]);
  });
});
