import { beforeEach, describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

interface Begun {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

/** Lets promises that are settled already run on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('readings that are shared', () => {
  let begun: Begun[];
  let reads: SharedReads<string>;
  const read = (): Promise<string> => new Promise((resolve, reject) => void begun.push({ resolve, reject }));
  beforeEach(() => {
    begun = [];
    reads = new SharedReads();
  });

  it('begin after the last who asked, and serve all who asked meanwhile', async () => {
    const first = reads.ask('kim', read);
    const second = reads.ask('kim', read);
    const third = reads.ask('kim', read);
    expect(begun).toHaveLength(1);
    begun[0]?.resolve('old');
    expect(await first).toBe('old');
    const served = Promise.all([second, third]);
    await settled();
    expect(begun).toHaveLength(2);
    const late = reads.ask('kim', read);
    begun[1]?.resolve('new');
    expect(await served).toEqual(['new', 'new']);
    await settled();
    begun[2]?.resolve('newest');
    expect(await late).toBe('newest');
  });

  it('are one for each key', async () => {
    const both = Promise.all([reads.ask('kim', read), reads.ask('lee', read)]);
    expect(begun).toHaveLength(2);
    begun.forEach(({ resolve }, nth) => resolve(String(nth)));
    expect(await both).toEqual(['0', '1']);
  });

  it('that fail do so for those who share them, and the next is made all the same', async () => {
    const first = reads.ask('kim', read);
    const second = reads.ask('kim', read);
    begun[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await settled();
    begun[1]?.resolve('back');
    expect(await second).toBe('back');
  });
});
