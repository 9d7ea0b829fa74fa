import { describe, expect, it } from '@jest/globals';
import { STANDARD_WEIGHTS } from '#libs/contracts';
import { readScraperSettings } from './scraper-settings.js';

describe('settings of the scraper', () => {
  it('leave the weights of a match as they usually are, and a model off', () => {
    const settings = readScraperSettings({});
    expect(settings.matchWeights).toEqual(STANDARD_WEIGHTS);
    expect(settings).toMatchObject({ scorerWeight: 0, scorerRange: { low: 0, high: 1 } });
    expect(settings.scorerUrl).toBeUndefined();
  });

  it('change the weights that they name', () => {
    const { matchWeights } = readScraperSettings({ SCRAPER_MATCH_WEIGHTS: 'skills=8, salary=0,place=0.5' });
    expect(matchWeights).toEqual({ ...STANDARD_WEIGHTS, skills: 8, salary: 0, place: 0.5 });
  });

  it('read a range of likeness', () => {
    expect(readScraperSettings({ SCRAPER_SCORER_RANGE: '0.2-0.7' }).scorerRange).toEqual({
      low: 0.2,
      high: 0.7,
    });
  });

  it.each([
    ['SCRAPER_MATCH_WEIGHTS', 'skill=5', /expected parts with weights from 0 to 100/],
    ['SCRAPER_MATCH_WEIGHTS', 'skills=-1', /expected parts/],
    ['SCRAPER_MATCH_WEIGHTS', 'skills=101', /expected parts/],
    ['SCRAPER_MATCH_WEIGHTS', 'skills', /expected parts/],
    ['SCRAPER_MATCH_WEIGHTS', 'constructor=1', /expected parts/],
    ['SCRAPER_MATCH_WEIGHTS', 'skills=0,title=0,place=0,salary=0,language=0', /not all of them 0/],
    ['SCRAPER_SCORER_URL', 'localhost:11434', /http or https address/],
    ['SCRAPER_SCORER_URL', 'http://localhost:11434', /SCRAPER_SCORER_MODEL is ""/],
    ['SCRAPER_SCORER_WEIGHT', '2', /^SCRAPER_SCORER_WEIGHT is/],
    ['SCRAPER_SCORER_RANGE', '0.7-0.2', /the lower one first/],
    ['SCRAPER_SCORER_RANGE', '0.2-1.5', /two numbers from 0 to 1/],
    ['SCRAPER_SCORER_RANGE', 'much', /two numbers/],
  ])('name the bad one: %s=%s', (name, value, message) => {
    expect(() => readScraperSettings({ [name]: value })).toThrow(message);
  });

  it('take no key in an address, and do not show it', () => {
    const env = { SCRAPER_SCORER_URL: 'https://kim:s3cret@model.example/v1', SCRAPER_SCORER_MODEL: 'm' };
    expect(() => readScraperSettings(env)).toThrow(/^SCRAPER_SCORER_URL is "…"/);
  });
});

describe('the key of the model', () => {
  it('stands in the variable, or in the file that the variable with _FILE names', () => {
    expect(readScraperSettings({ SCRAPER_SCORER_KEY: 'env:OTHER' }).scorerKey).toBe('env:OTHER');
    expect(readScraperSettings({ SCRAPER_SCORER_KEY_FILE: '/run/secrets/key' }).scorerKey).toBe(
      'file:/run/secrets/key',
    );
  });
});
