import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startStack } from '#libs/local-stack';
import type { Folders } from '#libs/local-stack';
import type { Measure, MeasureContext } from '../measure.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { emptyHome, ownEnvironment } from '../stack.js';
import { median } from '../statistics.js';

const STARTS = scaled(4);
const TOO_LONG_MS = 60_000;
const READY = /^Ready in /m;

/** Starts the product from its command line, waits until it says that it is ready, and stops it. Gives milliseconds. */
async function startOnce({ root, home, cache }: Folders, { cleanup }: MeasureContext): Promise<number> {
  const script = path.join(root, 'dist/apps/cli/main.js');
  const env = { ...ownEnvironment(), JOBHUNTER_HOME: home, JOBHUNTER_CACHE: cache };
  const begun = performance.now();
  const child = spawn(process.execPath, [script, 'up', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  cleanup.add(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await exited;
  });
  let said = '';
  const ready = new Promise<number>((resolve) => {
    const listen = (text: string): void => {
      said += text;
      if (READY.test(said)) resolve(performance.now() - begun);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
  });
  const ended = exited.then(() => Promise.reject(new Error(`up ended before it was ready:\n${said}`)));
  const patience = setTimeout(() => child.kill('SIGINT'), TOO_LONG_MS);
  const ms = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  clearTimeout(patience);
  child.kill('SIGINT');
  await exited;
  return ms;
}

async function startServersOnce(folders: Folders): Promise<number> {
  const begun = performance.now();
  const stack = await startStack({ folders, env: ownEnvironment() });
  const ms = performance.now() - begun;
  await stack.stop();
  return ms;
}

/** Measures how long a person waits for everything to be up: the first time, and later. */
export const startUp: Measure = {
  names: ['p8'],
  run: async (context) => {
    const goal = { of: 'ours', is: '<=', value: 3_000 } as const;
    const bareFolders = await emptyHome(context);
    const firstBare = await startServersOnce(bareFolders);
    const folders = await emptyHome(context);
    const first = await startOnce(folders, context);
    const later: number[] = [];
    const laterBare: number[] = [];
    for (let nth = 0; nth < STARTS; nth++) {
      laterBare.push(await startServersOnce(bareFolders));
      later.push(await startOnce(folders, context));
      context.say(`P8 start ${nth + 2}: ${Math.round(later.at(-1) ?? 0)} ms`);
    }
    return [
      resultOf({
        id: 'P8',
        what: 'ms from `jobhunter up` to ready, home empty; reference: broker and database alone',
        ours: first,
        reference: firstBare,
        goal,
      }),
      resultOf({
        id: 'P8 again',
        what: 'ms from `jobhunter up` to ready, home kept, median; reference: broker and database alone',
        ours: median(later),
        reference: median(laterBare),
        goal,
      }),
    ];
  },
};
