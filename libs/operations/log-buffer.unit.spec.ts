import { expect, it } from '@jest/globals';
import { millis } from '#libs/run-log';
import { LogBuffer } from './log-buffer.js';

const line = (message: string) => ({ level: 'info', message, at: millis(1) }) as const;

it('keeps what fits', () => {
  const buffer = new LogBuffer();
  buffer.add(line('one'));
  expect(buffer.read()).toEqual([line('one')]);
});

it('keeps at most 32 KiB and says how many lines are missing', () => {
  const buffer = new LogBuffer();
  for (let count = 0; count < 20; count++) buffer.add(line('ä'.repeat(2_000)));
  const kept = buffer.read();
  expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(32 * 1024);
  expect(kept.at(-1)?.message).toBe(`${21 - kept.length} further lines were left out`);
});

it('keeps no later line once one was left out, so that the lines stay in one piece', () => {
  const buffer = new LogBuffer();
  buffer.add(line('x'.repeat(40_000)));
  buffer.add(line('short'));
  expect(buffer.read().map(({ message }) => message)).toEqual(['2 further lines were left out']);
});
