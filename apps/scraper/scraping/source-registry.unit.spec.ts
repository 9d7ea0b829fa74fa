import { describe, expect, it } from '@jest/globals';
import { SOURCE_NAMES } from '#libs/contracts';
import { SourceRegistry } from './source-registry.js';

describe('the sources', () => {
  it('are none in test mode where no fixture boards are set', () => {
    expect(() => new SourceRegistry({}, null).get('arbeitnow', true)).toThrow(
      expect.objectContaining({ code: 'scraper/no-fixtures' }),
    );
  });

  it('are those that the contracts name', () => {
    expect(new SourceRegistry({}, null).all(false).map(({ name }) => name)).toEqual(SOURCE_NAMES);
  });

  it('say which there are to whoever asks for another', () => {
    expect(() => new SourceRegistry({}, null).get('monster', false)).toThrow(
      `the sources are ${SOURCE_NAMES.join(', ')}`,
    );
  });
});
