import { describe, expect, it } from '@jest/globals';
import { arbeitsagenturBoard } from '../../fixture-boards/boards/arbeitsagentur.js';
import { parseArbeitsagenturList, parseArbeitsagenturOffer } from './parse.js';

const PATH = '/jobboerse/jobsuche-service/pc';
const answer = (path: string, query = '') =>
  arbeitsagenturBoard(PATH + path, new URLSearchParams(query), '')?.body ?? '';
const OFFER = { referenznummer: '1-S', stellenangebotsTitel: 'Koch', firma: 'Moorblick' };
const list = (...ergebnisliste: unknown[]) =>
  parseArbeitsagenturList(JSON.stringify({ ergebnisliste, maxErgebnisse: ergebnisliste.length, page: 1 }));

describe("the agency's results", () => {
  it('become snippets', () => {
    const { postings, faults, total } = parseArbeitsagenturList(answer('/v6/jobs', 'was=typescript&wo=Köln'));
    expect(faults).toEqual([]);
    expect(total).toBe(postings.length);
    expect(postings[0]).toMatchObject({
      postingId: '10000-410101-S',
      title: 'Softwareentwickler TypeScript (m/w/d)',
      company: 'Lindwerk Software GmbH',
      locations: ['Köln'],
      remote: null,
      detail: 'snippet',
      salary: { min: 62_000, max: 78_000, currency: 'EUR', period: 'year' },
      employmentTypes: ['FULL_TIME'],
      url: 'https://www.arbeitsagentur.de/jobsuche/jobdetail/10000-410101-S',
    });
  });

  it('of the version before are read just as well', () => {
    const { postings } = parseArbeitsagenturList(answer('/v4/jobs', 'was=typescript&wo=Köln'));
    expect(postings[0]).toMatchObject({
      postingId: '10000-410101-S',
      title: 'Softwareentwickler TypeScript (m/w/d)',
      company: 'Lindwerk Software GmbH',
      locations: ['Köln'],
      salary: null,
      postedAt: expect.any(Date),
    });
  });

  it('are none where the list is left out and nothing counted', () => {
    const none = { postings: [], faults: [], total: 0 };
    expect(parseArbeitsagenturList(answer('/v6/jobs', 'was=astronaut'))).toEqual(none);
    expect(parseArbeitsagenturList('{"maxErgebnisse":0,"page":1,"size":2,"woOutput":{}}')).toEqual(none);
  });

  it.each([
    [
      'the list is left out though there are results',
      '{"maxErgebnisse":9,"treffer":[]}',
      'ergebnisliste with 9',
    ],
    ['nothing is counted', '{"ergebnisliste":[]}', 'the field maxErgebnisse'],
    ['openings have no number', JSON.stringify({ maxErgebnisse: 1, ergebnisliste: [{}] }), 'referenznummer'],
    ['there is a page', '<!DOCTYPE html><h1>Wartung</h1>', 'JSON'],
  ])('have changed their shape where %s', (_what, json, expected) => {
    expect(() => parseArbeitsagenturList(json)).toThrow(
      expect.objectContaining({
        code: 'scraper/schema-changed',
        expected: expect.stringContaining(expected),
      }),
    );
  });

  it('are told apart from a page that turns us away', () => {
    expect(() => parseArbeitsagenturList('<h1>Zugriff verweigert</h1>')).toThrow(
      expect.objectContaining({ code: 'scraper/blocked' }),
    );
  });

  it('lead to the employer where the agency only hands on, and hide employers who want it', () => {
    const { postings } = list({ ...OFFER, firma: null, externeURL: 'https://jobs.example/7' });
    expect(postings[0]).toMatchObject({
      applyUrl: 'https://jobs.example/7',
      company: 'Arbeitgeber nicht genannt',
    });
  });

  it.each([
    [{ homeofficemoeglich: false }, false],
    [{ homeofficemoeglich: true, homeofficetyp: 'NACH_VEREINBARUNG' }, null],
    [{ homeofficemoeglich: true, homeofficetyp: 'VOLLSTAENDIG' }, true],
    [{}, null],
  ])('read %j as remote: %j', (facts, remote) => {
    expect(list({ ...OFFER, ...facts }).postings[0]?.remote).toBe(remote);
  });
});

describe('the details of an opening', () => {
  it('add the text, in which nothing is markup', () => {
    const reference = Buffer.from('10000-410101-S').toString('base64');
    const { postings } = parseArbeitsagenturOffer(answer(`/v4/jobdetails/${reference}`));
    expect(postings[0]).toMatchObject({ postingId: '10000-410101-S', detail: 'full' });
    expect(postings[0]?.descriptionHtml).toContain('Ihre Aufgaben<br>- ');
    const text = 'Wir <b>suchen</b>\n\nSie & Ihr Team';
    const [posting] = parseArbeitsagenturOffer(
      JSON.stringify({ ...OFFER, stellenangebotsBeschreibung: text }),
    ).postings;
    expect(posting?.descriptionHtml).toBe('<p>Wir &lt;b&gt;suchen&lt;/b&gt;</p>\n<p>Sie &amp; Ihr Team</p>');
  });

  it('are read in the shape of the version before', () => {
    const old = { refnr: '1-S', titel: 'Koch', arbeitgeber: 'Moorblick', stellenbeschreibung: 'Kochen' };
    expect(parseArbeitsagenturOffer(JSON.stringify(old)).postings[0]).toMatchObject({
      postingId: '1-S',
      detail: 'full',
    });
  });
});
