import { describe, expect, it } from '@jest/globals';
import type { Catalog } from '#libs/operations';
import { CatalogTexts } from './catalog-texts.js';

describe('the text of an answer', () => {
  it('is written once for each address, until the catalog changes', () => {
    let change = (): void => undefined;
    const catalog = { onChange: (listener: () => void) => (change = listener) } as unknown as Catalog;
    const texts = new CatalogTexts(catalog);
    let written = 0;
    const of = (url: string): string => texts.of(url, () => ({ written: ++written })).toString();
    expect([of('/a'), of('/a'), of('/b'), of('/a')]).toEqual([
      '{"written":1}',
      '{"written":1}',
      '{"written":2}',
      '{"written":1}',
    ]);
    change();
    expect(of('/a')).toBe('{"written":3}');
  });

  it('is not kept where it could not be written', () => {
    const texts = new CatalogTexts({ onChange: () => () => undefined } as unknown as Catalog);
    expect(() =>
      texts.of('/a', () => {
        throw new Error('no such cursor');
      }),
    ).toThrow('no such cursor');
    expect(texts.of('/a', () => ({ fine: true })).toString()).toBe('{"fine":true}');
  });
});
