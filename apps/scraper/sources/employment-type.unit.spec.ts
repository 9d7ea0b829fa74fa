import { describe, expect, it } from '@jest/globals';
import { employmentTypes } from './employment-type.js';

describe('kinds of employment', () => {
  it.each([
    [['Vollzeit', 'berufserfahren'], ['FULL_TIME']],
    [['Feste Anstellung, unbefristet', 'Teilzeit'], ['PART_TIME']],
    [['Befristeter Vertrag'], ['TEMPORARY']],
    [
      ['FULL_TIME', 'CONTRACTOR'],
      ['FULL_TIME', 'CONTRACTOR'],
    ],
    [['Praktikum'], ['INTERN']],
    [['International'], []],
    [['OTHER'], ['OTHER']],
  ])('%j are %j', (words, types) => {
    expect(employmentTypes(words)).toEqual(types);
  });
});
