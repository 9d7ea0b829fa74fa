import { afterEach, expect, it } from '@jest/globals';
import { TypstThread } from './typst-thread.js';
import type { Question } from './typst-thread.js';

const thread = new TypstThread();
const asking = (text: string, wants: Question['wants'] = ['pdf']): Question => ({
  root: '',
  source: { mainFileContent: text },
  wants,
});
afterEach(() => thread.close());

it('gives what is wanted of the pages and nothing else', async () => {
  const answers = await Promise.all([
    thread.ask(asking('one #pagebreak() two')),
    thread.ask(asking('one', ['svg'])),
  ]);
  expect(answers).toEqual([
    { pages: { count: 2, pdf: expect.any(Uint8Array) } },
    { pages: { count: 1, svg: expect.stringContaining('<svg') } },
  ]);
});

it('says what is wrong with a source and goes on', async () => {
  const wrong = await thread.ask(asking('#panic("no luck")'));
  expect(wrong).toMatchObject({ problems: [{ message: 'panicked with: "no luck"' }] });
  expect(await thread.ask(asking('one'))).toHaveProperty('pages.count', 1);
});

it('tells who waits that it has ended, and starts again for the next', async () => {
  const waits = expect(thread.ask(asking('one'))).rejects.toMatchObject({
    code: 'documents/typesetter-ended',
    disposition: 'retry',
  });
  await thread.close();
  await waits;
  expect(await thread.ask(asking('two'))).toHaveProperty('pages.count', 1);
});
