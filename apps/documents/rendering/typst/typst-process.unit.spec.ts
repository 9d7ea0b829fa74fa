import childProcess from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, jest } from '@jest/globals';
import type { Question } from './question.js';
import { TypstProcess } from './typst-process.js';

const forks = jest.spyOn(childProcess, 'fork');
const typst = new TypstProcess();
const asking = (text: string, wants: Question['wants'] = ['pdf']): Question => ({
  root: '',
  source: { mainFileContent: text },
  wants,
});
const ENDLESS = asking('#for a in range(100000) { for b in range(100000) { } }');

/** The process that was started last. */
function lastChild(): childProcess.ChildProcess {
  const made = forks.mock.results.at(-1)?.value;
  if (made instanceof childProcess.ChildProcess) return made;
  throw new Error('no process was started');
}

afterEach(() => typst.close());

it('gives what is wanted of the pages and nothing else', async () => {
  const answers = await Promise.all([
    typst.ask(asking('one #pagebreak() two')),
    typst.ask(asking('one', ['svg'])),
  ]);
  expect(answers).toEqual([
    { pages: { count: 2, pdf: expect.any(Uint8Array) } },
    { pages: { count: 1, svg: expect.stringContaining('<svg') } },
  ]);
});

it('says what is wrong with a source and goes on', async () => {
  const wrong = await typst.ask(asking('#panic("no luck")'));
  expect(wrong).toMatchObject({ problems: [{ message: 'panicked with: "no luck"' }] });
  expect(await typst.ask(asking('one'))).toHaveProperty('pages.count', 1);
});

it('sends one question ahead of the one that is worked on, and no more', async () => {
  await typst.ask(asking('one'));
  const child = lastChild();
  const original = child.send.bind(child);
  const send = jest.spyOn(child, 'send');
  let heard = 0;
  const inHand: number[] = [];
  child.prependListener('message', () => (heard += 1));
  send.mockImplementation((question) => {
    inHand.push(send.mock.calls.length - heard);
    return original(question);
  });
  await Promise.all(['two', 'three', 'four', 'five'].map((text) => typst.ask(asking(text))));
  expect(inHand).toHaveLength(4);
  expect(Math.max(...inHand)).toBe(2);
});

it('gives up a source without end and answers the next', async () => {
  const hasty = new TypstProcess({ limitMs: 4000 });
  const [endless, next] = await Promise.all([hasty.ask(ENDLESS), hasty.ask(asking('one'))]);
  expect(endless).toEqual({ problems: [{ message: 'it takes longer than 4 s' }] });
  expect(next).toHaveProperty('pages.count', 1);
  await hasty.close();
}, 30_000);

it('loses only the question in hand with its process, and says how that ended', async () => {
  await typst.ask(asking('one'));
  const child = lastChild();
  const [lost, next] = [typst.ask(ENDLESS), typst.ask(asking('two'))];
  await setImmediate();
  child.kill('SIGKILL');
  await expect(lost).rejects.toMatchObject({
    code: 'documents/typesetter-ended',
    disposition: 'retry',
    message: 'the process that sets pages ended before it was done: signal SIGKILL',
  });
  expect(await next).toHaveProperty('pages.count', 1);
  expect(lastChild().pid).not.toBe(child.pid);
});

it('leaves a terminal signal to its parent and ends with the channel to it', async () => {
  await typst.ask(asking('one'));
  const child = lastChild();
  child.kill('SIGINT');
  expect(await typst.ask(asking('two'))).toHaveProperty('pages.count', 1);
  const exit = once(child, 'exit');
  child.disconnect();
  expect(await exit).toEqual([0, null]);
});

it('leaves no process when it is closed amid a question, and starts again for the next', async () => {
  await typst.ask(asking('one'));
  const { pid = 0 } = lastChild();
  const waits = Promise.all(
    [ENDLESS, asking('two')].map((question) =>
      expect(typst.ask(question)).rejects.toMatchObject({
        code: 'documents/typesetter-ended',
        disposition: 'retry',
      }),
    ),
  );
  await setImmediate();
  await typst.close();
  await waits;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await typst.ask(asking('three'))).toHaveProperty('pages.count', 1);
});

it('says why no pages can be set at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'typesetting-'));
  const file = join(folder, 'broken.mjs');
  await writeFile(file, "process.send({ unable: 'no native part' }, () => process.exit(1));");
  const broken = new TypstProcess({ file: pathToFileURL(file) });
  await expect(broken.ask(asking('one'))).rejects.toMatchObject({
    code: 'documents/no-typesetter',
    disposition: 'terminal',
    message: 'the process that sets pages cannot begin: no native part',
  });
  await rm(folder, { recursive: true });
});
