import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithBrowser } from '#libs/testing';
import { startFormPages } from '../testing/form-pages.fixtures.js';
import type { FormPages } from '../testing/form-pages.fixtures.js';
import { visitForm } from './form-browser.js';
import type { Visit } from './form-browser.js';
import { planFills } from './plan-fills.js';

describeWithBrowser('a visit', (browser) => {
  let pages: FormPages;
  beforeAll(async () => {
    pages = await startFormPages();
  });
  afterAll(() => pages.close());

  const visit = (path: string, said: Partial<Visit> = {}) =>
    visitForm({
      browser,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
      url: `${pages.url}${path}`,
      locale: 'en-GB',
      timeoutMs: 30_000,
      trusted: [new URL(pages.url).host],
      onlyTrusted: true,
      signal: new AbortController().signal,
      plan: (page) => planFills(page, { texts: { email: 'kim@kim.example' }, countryCode: '', files: [] }),
      file: async () => Promise.reject(new Error('there are no files')),
      ...said,
    });

  it('that is called off ends at once, with the reason', async () => {
    const stop = new AbortController();
    const visiting = visit('/silent', { signal: stop.signal });
    const ended = expect(visiting).rejects.toThrow('called off');
    await pages.silent;
    stop.abort(new Error('called off'));
    await ended;
    await expect(visit('/english', { signal: stop.signal })).rejects.toThrow('called off');
  });

  it('of a page that never answers ends in time', async () => {
    expect(await visit('/silent', { timeoutMs: 300 })).toMatchObject({
      unreachable: 'it is not there within 300 ms',
      filled: [],
      picture: null,
    });
  });

  it('of a page that refuses or rewrites what is typed says so, field by field', async () => {
    const { filled, failed, picture } = await visit('/stubborn');
    expect(filled).toEqual([]);
    expect(failed).toMatchObject([{ fill: { field: 'email' }, why: 'the page did not keep it' }]);
    const again = await visit('/rewriting');
    expect(again.filled).toMatchObject([{ shown: 'KIM@KIM.EXAMPLE! (as the page has written it)' }]);
    expect(picture).not.toBeNull();
  });

  it('of a program that is no browser fails by its own error', async () => {
    await expect(visit('/english', { browser: process.execPath })).rejects.toMatchObject({
      code: 'applier/browser-failed',
      message: expect.stringContaining('it does not start'),
    });
  });
});
