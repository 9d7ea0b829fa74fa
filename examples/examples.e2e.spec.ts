import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import PQueue from 'p-queue';
import { BOTH_WAYS } from '#libs/flows/testing';
import { testNats } from '#libs/testing';

const EXAMPLES = readdirSync(__dirname)
  .filter((file) => /^\d\d-.+\.ts$/.test(file))
  .map((file) => file.slice(0, -'.ts'.length));

const WITHIN_MS = 120_000;

/** Most of an example is waiting, but each begins with starting a process. */
const queue = new PQueue({ concurrency: 3 });

/** Runs an example as a person does, on a broker where nothing else happens. Resolves with what it prints. */
function play(name: string, replayAlways: boolean): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NATS_URL: testNats().url, REPLAY_ALWAYS: String(replayAlways) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join('dist', 'examples', `${name}.js`)], { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(`example ${name} went wrong:\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}

/** Reads what an example promises to print; it stands at its end. */
function promised(name: string): string {
  const source = readFileSync(join(__dirname, `${name}.ts`), 'utf8');
  const [, text] = /\/\* It prints:\n\n([^]+)\n\n\*\/\n$/.exec(source) ?? [];
  if (text === undefined) throw new Error(`example ${name} does not say what it prints`);
  return `${text}\n`;
}

describe.each(BOTH_WAYS)('the examples, %s', (_how, replayAlways) => {
  it.concurrent.each(EXAMPLES)(
    '%s prints what stands at its end',
    async (name) => {
      expect(await queue.add(() => play(name, replayAlways))).toBe(promised(name));
    },
    WITHIN_MS,
  );
});
