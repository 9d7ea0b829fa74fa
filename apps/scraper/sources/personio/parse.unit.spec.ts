import { describe, expect, it } from '@jest/globals';
import { personioBoard } from '../../fixture-boards/boards/personio.js';
import { parsePersonioFeed } from './parse.js';

const BOARD = { board: 'tannrode', name: null };
const feed = (token = 'tannrode') => personioBoard(`/${token}/xml`, new URLSearchParams(), '')?.body ?? '';
const around = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<workzag-jobs>${inner}</workzag-jobs>\n`;
const parse = (inner: string) => parsePersonioFeed(around(inner), BOARD);

describe("an employer's feed at Personio", () => {
  it('becomes postings with their whole text', () => {
    const { postings, faults } = parsePersonioFeed(feed(), BOARD);
    expect(faults).toEqual([]);
    const posting = postings.find(({ title }) => title === 'SPS-Programmierer (m/w/d)');
    expect(posting).toMatchObject({
      postingId: expect.stringMatching(/^tannrode:\d+$/),
      company: 'Tannröder Maschinenbau KG',
      locations: ['Erfurt'],
      detail: 'full',
      employmentTypes: ['FULL_TIME'],
      url: expect.stringMatching(/^https:\/\/tannrode\.jobs\.personio\.de\/job\/\d+$/),
      postedAt: expect.any(Date),
    });
    expect(posting?.descriptionHtml).toMatch(/<h3>Ihre Aufgaben<\/h3>\n<ul><li>/);
  });

  it('may leave descriptions empty, and name several offices', () => {
    const { postings } = parse(
      '<position><id>7</id><subcompany>Tann &amp; Co. KG</subcompany><office>Jena</office>' +
        '<additionalOffices><office>Remote</office></additionalOffices><name>Koch</name>' +
        '<jobDescriptions></jobDescriptions><employmentType>working_student</employmentType></position>',
    );
    expect(postings[0]).toMatchObject({
      company: 'Tann & Co. KG',
      locations: ['Jena', 'Remote'],
      remote: true,
      detail: 'snippet',
      employmentTypes: ['PART_TIME'],
      postedAt: null,
    });
  });

  it('may hold nothing', () => {
    expect(parsePersonioFeed(feed('emptyharbor'), BOARD)).toEqual({ postings: [], faults: [] });
    expect(parsePersonioFeed('<workzag-jobs/>', BOARD)).toEqual({ postings: [], faults: [] });
  });

  it('gives the good beside the bad', () => {
    const { postings, faults } = parse(
      '<position><id>1</id><name>Koch</name></position><position><id>2</id></position>',
    );
    expect(postings).toHaveLength(1);
    expect(faults).toEqual([{ item: 'position[1]', message: expect.stringContaining('the field name') }]);
  });

  it.each([
    ['other elements', around('<vacancy><id>1</id></vacancy>'), 'elements position'],
    ['another root', '<?xml version="1.0"?><jobs></jobs>', 'XML with workzag-jobs'],
    ['a feed that breaks off', feed().slice(0, 400), 'workzag-jobs to its end'],
    ['positions without a name', around('<position><id>2</id></position>'), 'the field name'],
    ['an empty answer', '', 'XML with workzag-jobs'],
    ['a page', '<!DOCTYPE html><h1>Welcome</h1>', 'XML with workzag-jobs'],
  ])('has changed its shape where there is %s', (_what, xml, expected) => {
    expect(() => parsePersonioFeed(xml, BOARD)).toThrow(
      expect.objectContaining({
        code: 'scraper/schema-changed',
        expected: expect.stringContaining(expected),
      }),
    );
  });

  it('is told apart from a page that turns us away', () => {
    expect(() => parsePersonioFeed('<title>Just a moment...</title>', BOARD)).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });
});
