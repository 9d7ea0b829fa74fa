/** Every source by its stored name, with the name that people know. One line for each folder in the scraper. */
export const SOURCE_TITLES = {
  arbeitnow: 'Arbeitnow',
  arbeitsagentur: 'Bundesagentur für Arbeit',
  greenhouse: 'Greenhouse',
  lever: 'Lever',
  ashby: 'Ashby',
  smartrecruiters: 'SmartRecruiters',
  personio: 'Personio',
  recruitee: 'Recruitee',
  remotive: 'Remotive',
  stepstone: 'StepStone',
  indeed: 'Indeed',
  jsonld: 'any page with schema.org JobPosting',
} as const;
export type SourceName = keyof typeof SOURCE_TITLES;

export const SOURCE_NAMES = Object.keys(SOURCE_TITLES) as SourceName[];

/** What a refused source name is answered with. Without the name: class-validator knows no item of a list. */
export const UNKNOWN_SOURCE = `$property names no known source; the sources are ${SOURCE_NAMES.join(', ')}`;
