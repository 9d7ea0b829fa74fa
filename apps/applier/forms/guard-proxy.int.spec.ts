import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startFormPages } from '../testing/form-pages.fixtures.js';
import type { FormPages } from '../testing/form-pages.fixtures.js';
import { GuardProxy } from './guard-proxy.js';

let pages: FormPages;
let guard: GuardProxy;
const start = async (said: Partial<Parameters<typeof GuardProxy.start>[0]> = {}) => {
  guard = await GuardProxy.start({ trusted: [new URL(pages.url).host], onlyTrusted: false, ...said });
};
/** Asks through the guard as a browser does, and gives the status. */
const ask = async (url: string, method = 'GET') => {
  const asked = request(guard.url, { method, path: url, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode;
};
/** Asks for a line through the guard; gives it with what the guard said first. */
const tunnel = async (target: string): Promise<{ line: Socket; said: string }> => {
  const line = connect(Number(new URL(guard.url).port), '127.0.0.1');
  line.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [first] = (await Promise.race([once(line, 'data'), once(line, 'close').then(() => [''])])) as [
    Buffer | '',
  ];
  return { line, said: String(first).split('\r\n')[0] ?? '' };
};

beforeAll(async () => {
  pages = await startFormPages();
});
afterAll(() => pages.close());
afterEach(() => guard.close());

describe('a guard', () => {
  it('lets what only asks through to hosts that are trusted', async () => {
    await start();
    expect(await ask(`${pages.url}/english`)).toBe(200);
    expect(await ask(`${pages.url}/english`, 'HEAD')).toBe(200);
    expect(await ask(`${pages.url}/submit`, 'POST')).toBe(403);
    expect(pages.submissions).toEqual([]);
  });

  it.each(['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]'])(
    'leads to no private network: %s',
    async (host) => {
      await start({ trusted: [] });
      const port = new URL(pages.otherUrl).port;
      const before = pages.asked.length;
      expect([403, 502]).toContain(await ask(`http://${host}:${port}/english`));
      const { line, said } = await tunnel(`${host}:${port}`);
      expect(said).not.toContain('200');
      line.destroy();
      expect(guard.refused.size).toBe(1);
      expect(pages.asked).toHaveLength(before);
    },
  );

  it('knows a trusted host by its port too', async () => {
    await start();
    const { line, said } = await tunnel(new URL(pages.url).host);
    expect(said).toBe('HTTP/1.1 200 Connection Established');
    line.destroy();
    expect((await tunnel(new URL(pages.otherUrl).host)).said).toBe('HTTP/1.1 403 Forbidden');
  });

  it('that leads to trusted hosts only refuses a public one', async () => {
    await start({ onlyTrusted: true });
    expect((await tunnel('93.184.215.14:443')).said).toBe('HTTP/1.1 403 Forbidden');
    expect([...guard.refused]).toEqual(['93.184.215.14']);
  });

  it('says which host cannot be reached, and why', async () => {
    await start();
    expect(await ask('http://nobody.invalid/')).toBe(502);
    expect([...guard.failed.keys()]).toEqual(['nobody.invalid']);
    expect(guard.refused.size).toBe(0);
  });

  it('that is cut ends the lines that are open, and opens none', async () => {
    await start();
    const { line } = await tunnel(new URL(pages.url).host);
    const ended = once(line, 'close');
    guard.cut();
    await ended;
    expect(await ask(`${pages.url}/english`).catch(() => 'nothing')).not.toBe(200);
  });

  it.each(['', ':', 'a b', 'http://x/', '[::1'])('refuses what names no host: %j', async (target) => {
    await start();
    expect((await tunnel(target)).said).not.toContain('200');
  });
});
