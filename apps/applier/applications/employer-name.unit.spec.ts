import { describe, expect, it } from '@jest/globals';
import { employerKey, namesEmployer } from './employer-name.js';

describe('an employer’s name', () => {
  it.each([
    ['Nordlicht GmbH & Co. KG', 'nordlicht'],
    ['NORDLICHT', 'nordlicht'],
    ['Käse-Haus e.V.', 'käse haus'],
    ['AG', 'ag'],
    ['../../etc/passwd', 'etc passwd'],
    ['株式会社', '株式会社'],
    ['!!!', ''],
  ])('%s is known by %j', (name, key) => {
    expect(employerKey(name)).toBe(key);
  });

  it.each([
    ['Nordlicht Energie AG', 'nordlicht', true],
    ['Nordlichter AG', 'nordlicht', false],
    ['Nordlicht', '', false],
    ['!!!', '???', false],
  ])('%s is named by %j: %s', (employer, name, named) => {
    expect(namesEmployer(employer, name)).toBe(named);
  });
});
