import { describe, expect, it } from '@jest/globals';
import type { HttpClient } from '../http/http-client.js';
import { ServerFailedError, ThrottledError } from '../http/http-errors.js';
import { visitDetails } from './visit-details.js';

const URLS = ['https://a.example/1', 'https://a.example/2', 'https://a.example/3'];

/** Visits all pages; the second fails. Gives the addresses that were asked. */
async function asked(failure: (url: string) => Error): Promise<string[]> {
  const urls: string[] = [];
  const http: HttpClient = {
    get: async (url) => {
      urls.push(url);
      if (url.endsWith('2')) throw failure(url);
      return { url, status: 200, contentType: 'text/html', text: '', bytes: 0, fetchedAt: new Date(0) };
    },
  };
  const visits = visitDetails(http, URLS, { accept: 'html' }, new AbortController().signal, () => ({
    postings: [],
    faults: [],
  }));
  for await (const { page } of visits) expect(page.kind).toBe('detail');
  return urls;
}

describe('the details of a list', () => {
  it('are asked for no longer once the board asks for patience', async () => {
    expect(await asked((url) => new ThrottledError(url))).toEqual(URLS.slice(0, 2));
  });

  it('are asked for though one of them fails', async () => {
    expect(await asked((url) => new ServerFailedError(url, 500))).toEqual(URLS);
  });
});
