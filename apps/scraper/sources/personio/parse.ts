import { load } from 'cheerio';
import type { CheerioAPI } from 'cheerio';
import { assertNotBlockPage } from '../block-page.js';
import { employmentTypes } from '../employment-type.js';
import { dateOf, oneLine } from '../field-readers.js';
import { parseEach } from '../parsed.js';
import type { Parsed } from '../parsed.js';
import { headed } from '../plain-html.js';
import type { Posting } from '../posting.js';
import { SchemaChangedError } from '../schema-changed.js';
import { shape } from '../shape.js';
import type { WatchedBoard } from '../source.js';

interface Position {
  id: string;
  name: string;
  texts: { title: string; content: string }[];
  fields: Record<string, string>;
  offices: string[];
}

const filled = { type: 'string', minLength: 1 };
const asPosition = shape<Position>({
  type: 'object',
  required: ['id', 'name'],
  properties: { id: filled, name: filled },
});

/** Parses the XML feed of an employer's board. Throws SchemaChangedError or BlockPageError. */
export function parsePersonioFeed(xml: string, board: WatchedBoard): Parsed {
  const text = xml.trim();
  const $ = load(text, { xml: true });
  if ($('workzag-jobs').length === 0) {
    assertNotBlockPage(text);
    throw new SchemaChangedError('', 'XML with workzag-jobs', text.slice(0, 60));
  }
  // The reader closes what breaks off, as a browser would.
  if (!/(<\/workzag-jobs\s*>|<workzag-jobs[^>]*\/>)$/.test(text))
    throw new SchemaChangedError('', 'workzag-jobs to its end', text.slice(-40));
  const positions = $('workzag-jobs > position').toArray();
  if (positions.length === 0 && $('workzag-jobs').children().length > 0)
    throw new SchemaChangedError(
      'workzag-jobs',
      'elements position',
      $('workzag-jobs').children()[0]?.tagName,
    );
  return parseEach(positions, 'position', (element, at) =>
    toPosting(asPosition(readPosition($, element as (typeof positions)[number]), at), board),
  );
}

function readPosition($: CheerioAPI, element: Parameters<CheerioAPI>[0]): Partial<Position> {
  const position = $(element);
  const fields: Record<string, string> = {};
  for (const child of position.children().toArray())
    if ($(child).children().length === 0) fields[child.tagName] = oneLine($(child).text());
  const offices = [
    fields.office,
    ...position
      .find('additionalOffices > office')
      .toArray()
      .map((o) => $(o).text()),
  ];
  return {
    id: fields.id,
    name: fields.name,
    fields,
    offices: offices.flatMap((office) => (office?.trim() ? [oneLine(office)] : [])),
    texts: position
      .find('jobDescriptions > jobDescription')
      .toArray()
      .map((part) => ({ title: $(part).children('name').text(), content: $(part).children('value').text() })),
  };
}

function toPosting({ id, name, fields, offices, texts }: Position, board: WatchedBoard): Posting {
  const page = `https://${board.board}.jobs.personio.de/job/${id}`;
  const kinds = [fields.employmentType, fields.schedule].filter((kind) => kind !== undefined);
  const tags = [fields.department, fields.recruitingCategory].flatMap((tag) => (tag ? [tag] : []));
  return {
    postingId: `${board.board}:${id}`,
    title: oneLine(name),
    company: fields.subcompany || (board.name ?? board.board),
    locations: [...new Set(offices)],
    remote: offices.some((office) => /\bremote\b|home ?office/i.test(office)) ? true : null,
    descriptionHtml: texts
      .map(({ title, content }) => headed(title, content))
      .filter(Boolean)
      .join('\n'),
    detail: texts.length > 0 ? 'full' : 'snippet',
    salary: null,
    employmentTypes: employmentTypes(kinds),
    postedAt: dateOf(fields.createdAt),
    validThrough: null,
    url: page,
    applyUrl: page,
    language: null,
    tags: [...new Set(tags)],
    references: { board: board.board, jobId: id },
  };
}
