import { describe, expect, it } from '@jest/globals';
import { decodeBody, readBody } from './body.js';

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size);
}

describe('a body', () => {
  it('is read whole up to the limit', async () => {
    expect(await readBody('http://a.example/', chunks(4, 6), 10)).toHaveLength(10);
  });

  it('is refused beyond the limit, by name and number', async () => {
    await expect(readBody('http://a.example/x', chunks(4, 7), 10)).rejects.toMatchObject({
      code: 'scraper/answer-too-large',
      message: 'http://a.example/x sends more than 10 bytes; reading stopped there',
    });
  });

  it('is decoded by the charset that the header names', () => {
    expect(decodeBody(Buffer.from('Köln', 'latin1'), 'text/html; charset=ISO-8859-1')).toBe('Köln');
  });

  it('is decoded by the charset that the page itself names', () => {
    const page = Buffer.from('<html><head><meta charset="windows-1252"></head>Größe</html>', 'latin1');
    expect(decodeBody(page, 'text/html')).toContain('Größe');
  });

  it('is UTF-8 where nobody says, and bad bytes become replacement characters', () => {
    expect(decodeBody(Buffer.from('München'))).toBe('München');
    expect(decodeBody(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
  });
});
