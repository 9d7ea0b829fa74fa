const SOURCES = ['arbeitnow', 'stepstone', 'indeed', 'arbeitsagentur', 'greenhouse'];
/** Every third opening stands on a second board, as the next posting. */
const TWICE = 3;
const EMPLOYERS = 1_200;

const CITIES = ['Berlin', 'Hamburg', 'Köln', 'Leipzig', 'Oldenburg', 'Wien', 'Zürich', 'Bremen', 'Dresden'];
const TRADES = ['Software', 'Daten', 'Küchen', 'Pflege', 'Logistik', 'Energie', 'Garten', 'Maschinen'];
const ROLES = ['Entwickler', 'Ingenieurin', 'Leitung', 'Fachkraft', 'Planer', 'Beraterin', 'Assistenz'];
const LEVELS = ['', 'Junior ', 'Senior ', 'Lead '];
const SKILLS = [
  'TypeScript und Node.js',
  'PostgreSQL oder MongoDB',
  'React und CSS',
  'Python, pandas und SQL',
  'Kubernetes und Terraform',
  'SPS-Programmierung',
  'SAP S/4HANA',
  'Pflege und Dokumentation',
  'HACCP',
  'Java und Spring Boot',
  'Deutsch ab C1',
  'English',
];
const WORDS =
  'planen bauen prüfen wir Sie im Team mit Kunden und Kolleginnen neue Anlagen für die Stadt entwickeln Abläufe dokumentieren Ergebnisse betreuen Projekte vor Ort zeigen Wege auf halten Termine ein schreiben klare Texte über Technik lernen jeden Monat etwas Neues feiern Feste bei Kaffee arbeiten an vier Tagen in der Woche nahe am Fluss'.split(
    ' ',
  );

/** A stored job as a search leaves it. */
export type SyntheticJob = Readonly<Record<string, unknown>> & { readonly _id: string };

/** Makes jobs of one person that nobody has processed, of some 2,300 characters each, always the same. */
export function* syntheticJobs(count: number, userId: string): Generator<SyntheticJob> {
  for (let at = 0; at < count; at++) {
    const again = at % TWICE === TWICE - 1;
    yield jobOf(at, again ? at - 1 : at, userId, again);
  }
}

function jobOf(at: number, opening: number, userId: string, again: boolean): SyntheticJob {
  const random = randomFrom(opening + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const title = `${pick(LEVELS)}${pick(TRADES)}-${pick(ROLES)} (m/w/d)`;
  const company = `Werk ${Math.floor(random() * EMPLOYERS)} GmbH`;
  const location = pick(CITIES);
  const sentence = (): string => `${Array.from({ length: 14 }, () => pick(WORDS)).join(' ')}.`;
  const paragraph = (): string => Array.from({ length: 6 }, sentence).join(' ');
  const asked = Array.from({ length: 5 }, () => `- Erfahrung mit ${pick(SKILLS)}, ${sentence()}`);
  const description = [
    paragraph(),
    paragraph(),
    'Ihr Profil',
    ...asked,
    'Wir bieten',
    `- Gehalt von ${40 + Math.floor(random() * 40)}.000 € bis 90.000 € pro Jahr`,
    paragraph(),
  ].join('\n');
  const source = SOURCES[(opening + (again ? 1 : 0)) % SOURCES.length] ?? '';
  const seenAt = new Date(Date.UTC(2026, 0, 1) + at * 1_000);
  return {
    _id: `job_${at.toString().padStart(32, '0')}`,
    userId,
    title,
    company: again ? company.replace(' GmbH', '') : company,
    locations: [location],
    remote: null,
    description: again ? `${description}\nGefunden bei ${source}.` : description,
    descriptionHtml: `<p>${description.replaceAll('\n', '</p><p>')}</p>`,
    detail: 'full',
    salary: null,
    employmentTypes: ['FULL_TIME'],
    postedAt: seenAt,
    validThrough: null,
    firstSeenAt: seenAt,
    lastSeenAt: seenAt,
    url: `https://jobs.example/${source}/${at + 100_000}`,
    applyUrl: null,
    language: 'de',
    tags: [],
    source: { name: source, postingId: String(at), references: {} },
    status: 'new',
    notes: '',
    foundBy: 'bench',
    testMode: false,
    processing: null,
    opening: null,
  };
}

/** Gives numbers from 0 to 1 that depend on the seed alone. Source: mulberry32, public domain. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
