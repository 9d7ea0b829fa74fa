import { describe, expect, it } from '@jest/globals';
import { SourceRegistry } from './source-registry.js';

describe('the sources', () => {
  it('are none in test mode where no fixture boards are set', () => {
    expect(() => new SourceRegistry({}, null).get('arbeitnow', true)).toThrow(
      expect.objectContaining({ code: 'scraper/no-fixtures' }),
    );
  });

  it('say which there are to whoever asks for another', () => {
    expect(() => new SourceRegistry({}, null).get('monster', false)).toThrow(
      'the sources are arbeitnow, greenhouse, stepstone, jsonld',
    );
  });
});
