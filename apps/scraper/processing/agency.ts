import { foldText } from './clean-text.js';

/** Firms that post for others, as the first words of their names. */
const FIRMS = [
  'adecco',
  'akkodis',
  'amadeus fire',
  'bertrandt services',
  'brunel',
  'dis ag',
  'experis',
  'ferchau',
  'gulp',
  'hays',
  'hofmann personal',
  'i k hofmann',
  'kelly services',
  'manpower',
  'manpowergroup',
  'michael page',
  'modis',
  'page personnel',
  'persona service',
  'piening',
  'randstad',
  'robert half',
  'robert walters',
  'solcom',
  'tempton',
  'timepartner',
  'unique personal',
  'zag personal',
];
const TRADE =
  /personal(?:dienst|vermittl|berat|leasing|service|management)|zeitarbeit|arbeitnehmerüberlassung|headhunt|\brecruit(?:ing|ment|ers?)\b|\bstaffing\b|executive search|talent solutions|jobvermittlung/iu;
const FOR_ANOTHER =
  /(?:für|im auftrag) (?:unsere[ns]?|eine[ns]?|ihre[ns]?) (?:\p{L}+ ){0,3}(?:kunden|kundenunternehmen|mandanten|auftraggebers?)(?!\p{L})|(?:on behalf of|for) (?:our|a) (?:\p{L}+ ){0,2}client(?!\p{L})|our client,? (?:is|a|an) |arbeitnehmerüberlassung|zeitarbeit/iu;
/** Where an agency says so. */
const READ = 6_000;

/** Tells whether an agency posts in place of the employer, by its name or by what the posting says. */
export function isAgency(company: string, text: string): boolean {
  const name = foldText(company)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  if (FIRMS.some((firm) => name === firm || name.startsWith(`${firm} `))) return true;
  return TRADE.test(company.slice(0, 200)) || FOR_ANOTHER.test(text.slice(0, READ));
}
