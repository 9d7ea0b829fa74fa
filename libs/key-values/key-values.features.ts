import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidKeyError, KeyExistsError, RevisionConflictError, ValueTooLargeError } from './errors.js';
import type { Buckets, Key, KeyValues } from './key-values.js';

export interface KeyValuesWorld {
  readonly buckets: Buckets;
  /** Lets time pass until a key is gone that was written to live for one second. */
  outlive(values: KeyValues, key: Key): Promise<void>;
  close(): Promise<void>;
}

/** What every adapter does. */
export function keyValuesFeatures(adapter: string, makeWorld: () => Promise<KeyValuesWorld>): void {
  describe(`key-values on ${adapter}`, () => {
    let world: KeyValuesWorld;
    let values: KeyValues;
    let bucket = 0;

    beforeEach(async () => {
      world = await makeWorld();
      values = world.buckets.open(`B${++bucket}`);
    });
    afterEach(() => world.close());

    it('gives back what was put, with the revision of the write', async () => {
      const revision = await values.put(['a'], { list: [1, 'two', null], deep: { yes: true } });
      expect(await values.get(['a'])).toEqual({
        value: { list: [1, 'two', null], deep: { yes: true } },
        revision,
      });
    });

    it('knows nothing of a key that was never written', async () => {
      expect(await values.get(['a'])).toBeUndefined();
    });

    it('keeps buckets apart, and opens the same one again', async () => {
      await values.put(['a'], 1);
      expect(await world.buckets.open('OTHER').get(['a'])).toBeUndefined();
      expect(await world.buckets.open(`B${bucket}`).get(['a'])).toMatchObject({ value: 1 });
    });

    it('keeps undefined and null apart from nothing', async () => {
      await values.put(['none'], undefined);
      await values.put(['null'], null);
      expect(await values.get(['none'])).toMatchObject({ value: undefined, revision: expect.any(Number) });
      expect(await values.get(['null'])).toMatchObject({ value: null });
    });

    it('creates a key once', async () => {
      const revision = await values.create(['a'], 1);
      await expect(values.create(['a'], 2)).rejects.toThrow(KeyExistsError);
      expect(await values.get(['a'])).toEqual({ value: 1, revision });
    });

    it('lets one of many creators win', async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, nth) => values.create(['a'], nth)),
      );
      const won = tries.flatMap((settled, nth) => (settled.status === 'fulfilled' ? [nth] : []));
      expect(won).toHaveLength(1);
      expect(await values.get(['a'])).toMatchObject({ value: won[0] });
    });

    it('writes over the revision that is expected, and over no other', async () => {
      const first = await values.create(['a'], 1);
      const second = await values.put(['a'], 2, { expected: first });
      expect(second).toBeGreaterThan(first);
      await expect(values.put(['a'], 3, { expected: first })).rejects.toThrow(RevisionConflictError);
      expect(await values.get(['a'])).toEqual({ value: 2, revision: second });
    });

    it('refuses to write over a revision of a key that is gone', async () => {
      const revision = await values.create(['a'], 1);
      await values.delete(['a']);
      await expect(values.put(['a'], 2, { expected: revision })).rejects.toThrow(RevisionConflictError);
    });

    it('counts without losing any, where each writes over what it has read', async () => {
      await values.create(['n'], 0);
      const increment = async (): Promise<void> => {
        for (;;) {
          const { value, revision } = (await values.get(['n']))!;
          try {
            await values.put(['n'], Number(value) + 1, { expected: revision });
            return;
          } catch (error) {
            if (!(error instanceof RevisionConflictError)) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, increment));
      expect(await values.get(['n'])).toMatchObject({ value: 8 });
    });

    it('stores one of many unconditional writes last', async () => {
      const revisions = await Promise.all(Array.from({ length: 8 }, (_, nth) => values.put(['a'], nth)));
      const last = await values.get(['a']);
      expect(last).toEqual({
        value: revisions.indexOf(Math.max(...revisions)),
        revision: Math.max(...revisions),
      });
    });

    it('removes a key, which may then be created again', async () => {
      await values.create(['a'], 1);
      await values.delete(['a']);
      expect(await values.get(['a'])).toBeUndefined();
      expect(await values.keys()).toEqual([]);
      await values.create(['a'], 2);
      expect(await values.get(['a'])).toMatchObject({ value: 2 });
    });

    it('removes the revision that is expected, and no other', async () => {
      const first = await values.create(['a'], 1);
      const second = await values.put(['a'], 2);
      await expect(values.delete(['a'], { expected: first })).rejects.toThrow(RevisionConflictError);
      await values.delete(['a'], { expected: second });
      expect(await values.get(['a'])).toBeUndefined();
    });

    it('takes the removal of a key that is not there', async () => {
      await expect(values.delete(['a'])).resolves.toBeUndefined();
      await expect(values.delete(['a'], { expected: 1 })).rejects.toThrow(RevisionConflictError);
    });

    it('lists the keys under a prefix', async () => {
      for (const key of [['anna'], ['anna', 'x'], ['anna', 'y', 'z'], ['annabel', 'x'], ['bert', 'x']])
        await values.put(key, 1);
      expect((await values.keys(['anna'])).sort()).toEqual([
        ['anna', 'x'],
        ['anna', 'y', 'z'],
      ]);
      expect(await values.keys()).toHaveLength(5);
      expect(await values.keys(['nobody'])).toEqual([]);
    });

    it.each([
      'with space',
      'a.b',
      '*',
      '>',
      '',
      '=Zg',
      '$KV',
      'grüße 🙂 \u0000',
      '\ud800',
      'line\r\nbreak',
      'a/b\\c',
    ])('takes %j as a part of a key', async (part) => {
      await values.put(['x', part, 'y'], part);
      await values.put(['x', 'plain', 'y'], 'other');
      expect(await values.get(['x', part, 'y'])).toMatchObject({ value: part });
      expect((await values.keys(['x', part])).map(String)).toEqual([String(['x', part, 'y'])]);
    });

    it('refuses a key without parts, or of more than a thousand characters', async () => {
      await expect(values.get([])).rejects.toThrow(InvalidKeyError);
      await expect(values.put(['k'.repeat(1_025)], 1)).rejects.toThrow(InvalidKeyError);
    });

    it('forgets a key when its time is over', async () => {
      const key = ['short'];
      await values.create(key, 1, { ttlMs: 1_000 });
      await values.create(['long'], 1);
      await world.outlive(values, key);
      expect(await values.get(key)).toBeUndefined();
      expect(await values.keys()).toEqual([['long']]);
      await values.create(key, 2);
      expect(await values.get(key)).toMatchObject({ value: 2 });
    });

    it('begins a life anew with each put, and ends it with one that names none', async () => {
      const key = ['kept'];
      const revision = await values.create(key, 1, { ttlMs: 1_000 });
      await values.put(key, 2, { expected: revision });
      await values.create(['short'], 1, { ttlMs: 1_000 });
      await world.outlive(values, ['short']);
      expect(await values.get(key)).toMatchObject({ value: 2 });
    });

    it('lets a put with a life expire, too', async () => {
      const key = ['renewed'];
      const revision = await values.create(key, 1);
      await values.put(key, 2, { expected: revision, ttlMs: 1_000 });
      await world.outlive(values, key);
      await expect(values.put(key, 3, { expected: revision + 1 })).rejects.toThrow(RevisionConflictError);
    });

    it('keeps a value of several mebibytes', async () => {
      const large = 'ä'.repeat(2 * 1024 * 1024);
      await values.create(['large'], { large });
      expect((await values.get(['large']))?.value).toEqual({ large });
      await values.put(['large'], { large: `${large}!` });
      expect((await values.get(['large']))?.value).toEqual({ large: `${large}!` });
      await values.put(['large'], 'small');
      expect(await values.get(['large'])).toMatchObject({ value: 'small' });
      expect(await values.keys()).toEqual([['large']]);
    });

    it('tells of what stands below a prefix, and of what is written there from then on', async () => {
      await values.put(['name', 'a b'], 1);
      await values.put(['other', 'a'], 2);
      const heard = new Map<string, unknown>();
      let wake: () => void = () => undefined;
      const watching = await values.watch(['name'], ({ key, value }) => {
        heard.set(key.join('/'), value);
        wake();
      });
      const until = async (key: string, value: unknown): Promise<void> => {
        while (JSON.stringify(heard.get(key)) !== JSON.stringify(value))
          await new Promise<void>((resolve) => (wake = resolve));
      };
      expect(Object.fromEntries(heard)).toEqual({ 'name/a b': 1 });
      const large = 'x'.repeat(600_000);
      await values.put(['name', 'a b'], 3);
      await values.put(['name', 'c'], large);
      await until('name/a b', 3);
      await until('name/c', large);
      watching.close();
      expect([...heard.keys()]).toEqual(['name/a b', 'name/c']);
    });

    it('refuses a value of more than 32 MiB', async () => {
      const refused = values.put(['a'], 'x'.repeat(32 * 1024 * 1024));
      await expect(refused).rejects.toThrow(ValueTooLargeError);
    });
  });
}
