import { describe, expect, it } from '@jest/globals';
import { SOURCES } from '../sources/list.js';

const configure = (name: string, env: NodeJS.ProcessEnv) =>
  SOURCES.find((source) => source.name === name)?.configure(env);

describe('settings of sources', () => {
  it.each([
    [
      'arbeitnow',
      { SOURCE_ARBEITNOW_URL: 'ftp://x' },
      'SOURCE_ARBEITNOW_URL is "ftp://x": expected an http or https address',
    ],
    ['arbeitnow', { SOURCE_ARBEITNOW_PAGES: 'many' }, /^SOURCE_ARBEITNOW_PAGES is "many": expected /],
    [
      'greenhouse',
      { SOURCE_GREENHOUSE_BOARDS: 'a,b/c' },
      /^SOURCE_GREENHOUSE_BOARDS is "a,b\/c": expected board tokens/,
    ],
    ['lever', { SOURCE_LEVER_BOARDS: '../etc' }, /^SOURCE_LEVER_BOARDS is "..\/etc": expected board tokens/],
    [
      'personio',
      { SOURCE_PERSONIO_URL: 'ftp://{board}.x.example' },
      /^SOURCE_PERSONIO_URL is .* expected an http or https address, in which {board} may stand/,
    ],
    [
      'arbeitsagentur',
      { SOURCE_ARBEITSAGENTUR_KEY: 'two words' },
      /^SOURCE_ARBEITSAGENTUR_KEY is "two words": expected a key/,
    ],
    [
      'stepstone',
      { SOURCE_STEPSTONE_LIVE: 'maybe' },
      'SOURCE_STEPSTONE_LIVE is "maybe": expected true or false',
    ],
    [
      'jsonld',
      { SOURCE_JSONLD_URLS: 'employer.example' },
      /^SOURCE_JSONLD_URLS is "employer.example": expected/,
    ],
  ])('name the bad one: %s %j', (name, env, message) => {
    expect(() => configure(name, env)).toThrow(message);
  });

  it('may be left out or empty', () => {
    expect(configure('arbeitnow', { SOURCE_ARBEITNOW_URL: ' ' })?.real.baseUrls).toEqual([
      'https://www.arbeitnow.com',
    ]);
  });

  it('switch on the open APIs, boards of employers by naming one, StepStone by opting in or with saved pages', () => {
    const off = (name: string, env: NodeJS.ProcessEnv = {}) => configure(name, env)?.real.source.offBecause;
    expect(off('arbeitnow')).toBeNull();
    expect(off('greenhouse')).toBeNull();
    expect(off('arbeitsagentur')).toBeNull();
    expect(off('remotive')).toBeNull();
    for (const name of ['lever', 'ashby', 'smartrecruiters', 'personio', 'recruitee']) {
      const boards = `SOURCE_${name.toUpperCase()}_BOARDS`;
      expect(off(name)).toContain(boards);
      expect(off(name, { [boards]: 'acme' })).toBeNull();
    }
    expect(off('indeed')).toContain('SOURCE_INDEED_FOLDER');
    expect(off('indeed', { SOURCE_INDEED_FOLDER: 'saved' })).toBeNull();
    expect(off('stepstone')).toContain('SOURCE_STEPSTONE_LIVE=true');
    expect(off('stepstone', { SOURCE_STEPSTONE_LIVE: 'yes' })).toBeNull();
    expect(off('stepstone', { SOURCE_STEPSTONE_FOLDER: 'saved' })).toBeNull();
    expect(off('jsonld')).toContain('SOURCE_JSONLD_URLS');
  });
});
