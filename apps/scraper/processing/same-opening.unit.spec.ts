import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupOpenings } from './group-openings.js';
import { addressKey, employerKey, meetingKeys, titleKey } from './opening-keys.js';
import type { OpeningNode } from './opening-node.js';
import { isRepostOf, whySameOpening } from './same-opening.js';
import { shinglesOf } from './text-likeness.js';

const DAY = 86_400_000;
const TEXT =
  'Sie planen die Küche unseres Hauses am Moor, bestellen bei Höfen der Umgebung, leiten ein Team von vier Menschen an und schreiben mit uns die Karte für jede Jahreszeit neu, damit Gäste gerne wiederkommen und bleiben.';
const SHINGLES = shinglesOf(TEXT);

const node = (jobId: string, said: Partial<OpeningNode> = {}): OpeningNode => ({
  jobId,
  source: jobId,
  employer: 'moorblick',
  title: 'koch',
  cities: ['oldenburg|DE'],
  address: null,
  agency: false,
  detail: 'full',
  employmentTypes: [],
  remote: null,
  postedAt: 0,
  firstSeenAt: 0,
  lastSeenAt: 0,
  shingles: SHINGLES,
  separated: [],
  ...said,
});

describe('keys', () => {
  it.each([
    ['Moorblick GmbH & Co. KG', 'moorblick'],
    ['Møller & Søn A/S', 'møller søn a s'],
    ['GmbH', ''],
    ['', ''],
    ['  ', ''],
    ['Café Zürich AG', 'cafe zurich'],
    ['東京電力', '東京電力'],
  ])('the employer %j is %j', (company, key) => {
    expect(employerKey(company)).toBe(key);
  });

  it.each([
    ['Koch (m/w/d)', 'koch'],
    ['Koch m/w/d', 'koch'],
    ['Entwickler*in (all genders)', 'entwickler'],
    ['Entwickler:innen C++', 'entwickler c++'],
    ['Software Engineer (f/m/x)', 'software engineer'],
    ['(m/w/d)', ''],
    ['…', ''],
  ])('the title %j is %j', (title, key) => {
    expect(titleKey(title)).toBe(key);
  });

  it.each([
    ['https://www.a.example/jobs/12345/apply?utm_source=x&gh_src=y', 'a.example/jobs/12345?'],
    ['https://a.example/jobs?id=12345', 'a.example/jobs?id=12345'],
    ['https://a.example/', null],
    ['https://a.example/careers', null],
    ['mailto:jobs@a.example', null],
    ['no address', null],
    [null, null],
  ])('the address %j is %j', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('are never made of an empty part', () => {
    expect(meetingKeys({ employer: '', title: 'koch', cities: [], address: null })).toEqual([]);
    expect(meetingKeys({ employer: 'moorblick', title: '', cities: ['x|DE'], address: 'a' })).toEqual([]);
  });
});

describe('two postings are one opening', () => {
  it('when employer, title, place and text agree, and it says so', () => {
    expect(whySameOpening(node('a'), node('b'))).toBe(
      'the same employer, title and place (oldenburg), and 100 % of the shorter text stands in the other',
    );
  });

  it('when both are remote, and one board names the office and the other none', () => {
    const remote = { remote: true };
    expect(whySameOpening(node('a', remote), node('b', { ...remote, cities: [] }))).toMatch(
      /^the same employer, title and place \(remote\)/,
    );
  });

  it('when both lead to one address', () => {
    const address = 'a.example/jobs/12345?';
    expect(
      whySameOpening(node('a', { address, employer: '' }), node('b', { address, shingles: new Set() })),
    ).toBe('the same title, and both lead to a.example/jobs/12345');
  });

  it('when an agency has copied it', () => {
    expect(whySameOpening(node('a'), node('b', { agency: true, employer: 'hays' }))).toMatch(
      /^an agency's copy/,
    );
  });
});

describe('two postings stay two', () => {
  const apart: [string, Partial<OpeningNode>, Partial<OpeningNode>][] = [
    ['of one source', { source: 's' }, { source: 's' }],
    ['with other titles', {}, { title: 'köchin' }],
    ['without titles', { title: '' }, { title: '' }],
    ['without employers', { employer: '' }, { employer: '' }],
    ['in other cities', {}, { cities: ['kiel|DE'] }],
    ['without places', { cities: [] }, { cities: [] }],
    ['without a place, of which one is remote', { remote: true }, { cities: [] }],
    ['remote in other cities', { remote: true }, { remote: true, cities: ['kiel|DE'] }],
    ['of other kinds', { employmentTypes: ['FULL_TIME'] }, { employmentTypes: ['INTERN'] }],
    [
      'with other texts',
      {},
      { shingles: shinglesOf('Ein ganz anderer Text über Fische und das Meer und den Wind') },
    ],
    ['without texts', { shingles: new Set<string>() }, { shingles: new Set<string>() }],
    ['set apart by the person', { separated: ['b'] }, {}],
    ['of two employers', {}, { employer: 'heide' }],
    ['at one address in other cities', { address: 'x?' }, { address: 'x?', cities: ['kiel|DE'] }],
  ];

  it.each(apart)('%s', (_what, a, b) => {
    expect(whySameOpening(node('a', a), node('b', b))).toBeNull();
    expect(whySameOpening(node('b', b), node('a', a))).toBeNull();
  });
});

describe('a repost', () => {
  const older = node('a', { source: 's', lastSeenAt: 5 * DAY });

  it('repeats an older posting that had gone', () => {
    const newer = node('b', { source: 's', postedAt: 30 * DAY, firstSeenAt: 30 * DAY });
    expect(isRepostOf(newer, older)).toBe(true);
    expect(groupOpenings([older, newer]).get('b')).toEqual({
      canonicalJobId: 'b',
      merged: [],
      repostOf: 'a',
    });
  });

  it.each([
    ['both are to be seen at once', { postedAt: 30 * DAY, firstSeenAt: 4 * DAY }],
    ['it is of the same day', { firstSeenAt: 30 * DAY }],
    ['the board is another', { source: 't', postedAt: 30 * DAY, firstSeenAt: 30 * DAY }],
    ['the employer is unknown', { employer: '', postedAt: 30 * DAY, firstSeenAt: 30 * DAY }],
  ])('is none when %s', (_what, said) => {
    expect(isRepostOf(node('b', { source: 's', ...said }), older)).toBe(false);
  });
});

describe('groups', () => {
  it('stand for the employer’s own, whole and first posting', () => {
    const nodes = [
      node('a', { agency: true, employer: 'hays' }),
      node('b', { detail: 'snippet' }),
      node('c', { firstSeenAt: 2 }),
      node('d', { firstSeenAt: 1 }),
    ];
    const groups = groupOpenings(nodes);
    expect([...groups.values()].map(({ canonicalJobId }) => canonicalJobId)).toEqual(['d', 'd', 'd', 'd']);
    expect(groups.get('d')?.merged.map(({ jobId }) => jobId)).toEqual(['c', 'b', 'a']);
  });

  it('hold no two postings of one board, even through a third', () => {
    const groups = groupOpenings([node('a', { source: 's' }), node('b', { source: 's' }), node('c')]);
    expect(groups.get('a')).toMatchObject({ canonicalJobId: 'a', merged: [{ jobId: 'c' }] });
    expect(groups.get('b')).toMatchObject({ canonicalJobId: 'b', merged: [] });
  });

  it('hold no two postings of different cities, even through a remote third', () => {
    const remote = { remote: true };
    const groups = groupOpenings([
      node('a', remote),
      node('b', { ...remote, cities: [] }),
      node('c', { ...remote, cities: ['kiel|DE'] }),
    ]);
    expect(groups.get('a')).toMatchObject({ merged: [{ jobId: 'b' }] });
    expect(groups.get('c')).toMatchObject({ merged: [] });
  });

  const some = <T>(...values: T[]) => fc.constantFrom(...values);
  const nodes = fc.uniqueArray(
    fc.record({
      jobId: some(...'abcdefgh'),
      source: some('s', 't', 'u'),
      employer: some('moorblick', 'heide', ''),
      title: some('koch', 'kellner', ''),
      cities: some<string[]>(['oldenburg|DE'], ['kiel|DE', 'oldenburg|DE'], []),
      address: some('x/12345?', null),
      agency: fc.boolean(),
      firstSeenAt: fc.nat(40 * DAY),
      postedAt: fc.nat(40 * DAY),
      shingles: some<ReadonlySet<string>>(SHINGLES, new Set()),
      separated: some<string[]>([], ['a'], ['b', 'c']),
    }),
    { selector: ({ jobId }) => jobId, maxLength: 8 },
  );

  it('are the same in whatever order postings come, and each posting is in one', () => {
    fc.assert(
      fc.property(nodes, fc.nat(7), (records, turn) => {
        const all = records.map((record) => node(record.jobId, record));
        const groups = groupOpenings(all);
        const turned = groupOpenings([...all.slice(turn), ...all.slice(0, turn)].reverse());
        for (const { jobId } of all) {
          expect(turned.get(jobId)).toEqual(groups.get(jobId));
          const mates = groups.get(jobId)?.merged ?? [];
          for (const mate of mates) {
            expect(groups.get(mate.jobId)?.canonicalJobId).toBe(groups.get(jobId)?.canonicalJobId);
            expect(groups.get(mate.jobId)?.merged.map((other) => other.jobId)).toContain(jobId);
          }
        }
      }),
    );
  });

  it('hold nothing that says nothing, nor what was set apart', () => {
    fc.assert(
      fc.property(nodes, (records) => {
        const all = new Map(records.map((record) => [record.jobId, node(record.jobId, record)]));
        for (const [jobId, { merged }] of groupOpenings([...all.values()]))
          for (const mate of merged) {
            expect(all.get(jobId)?.title).not.toBe('');
            expect(all.get(jobId)?.source).not.toBe(all.get(mate.jobId)?.source);
            expect(all.get(jobId)?.separated).not.toContain(mate.jobId);
          }
      }),
    );
  });
});
