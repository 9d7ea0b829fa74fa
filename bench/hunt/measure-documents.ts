import type { Measure, MeasureContext } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { ownStack } from '../stack.js';
import { median, summarise } from '../statistics.js';
import { StoredDocuments } from './stored-documents.js';

const APPLICATIONS = scaled(100, 5);
/** Each in processes that have just been started. */
const ROUNDS = 3;
/** Of one round: one application to warm up, then twice as many as are measured at once. */
const JOBS = 1 + 2 * APPLICATIONS;

interface Processes {
  readonly hunter: Child;
  readonly documents: Child;
  readonly typesetter: Child;
  readonly stored: StoredDocuments;
}

/** One side's seconds beside the other's, and the service's longest pause in milliseconds. */
interface Turn {
  readonly ours: number;
  readonly bare: number;
  readonly pause: number;
}

/** Measures how fast the documents of a hundred applications are written. */
export const huntDocuments: Measure = {
  names: ['documents', 'hunt'],
  run: async (context) => {
    const { cleanup, say } = context;
    const { natsUrl, mongoUri } = await ownStack(context);
    const settings = { NATS_URL: natsUrl, MONGODB_URI: mongoUri, USER_ID: 'bench' };
    const stored = await StoredDocuments.open(mongoUri);
    cleanup.add(() => stored.close());
    const hunter = await Child.start(context, 'hunter', settings);
    const jobIds = await hunter.ask<string[]>('makeJobs', ROUNDS * JOBS);

    const first: Turn[] = [];
    const again: Turn[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const processes = { hunter, stored, ...(await startBoth(context, settings)) };
      if (round === 0) await hunter.ask('importProfile');
      const ids = jobIds.slice(round * JOBS, (round + 1) * JOBS);
      await turn(processes, ids.slice(0, 1));
      first.push(await turn(processes, ids.slice(1, 1 + APPLICATIONS)));
      again.push(await turn(processes, ids.slice(1 + APPLICATIONS)));
      for (const { ours, bare } of [first.at(-1)!, again.at(-1)!])
        say(`round ${round + 1}: ours ${ours.toPrecision(4)}, reference ${bare.toPrecision(4)}`);
      await processes.documents.stop();
      await processes.typesetter.stop();
    }
    return [
      resultOf({
        id: 'hunt documents',
        what: 's for a CV and a letter for each of 100 jobs, right after the first of each; reference: the same PDFs by bare Typst',
        ...summarise(sidesOf(first)),
        goal: { of: 'ours', is: '<=', value: 2 },
      }),
      resultOf({
        id: 'hunt documents again',
        what: 's for those of the next 100 jobs; reference: the same PDFs by bare Typst',
        ...summarise(sidesOf(again)),
      }),
      resultOf({
        id: 'hunt documents pause',
        what: 'ms for which the service answers nobody, at most, while it writes them',
        ours: median([...first, ...again].map(({ pause }) => pause)),
      }),
    ];
  },
};

async function startBoth(
  context: MeasureContext,
  settings: Readonly<Record<string, string>>,
): Promise<Pick<Processes, 'documents' | 'typesetter'>> {
  const documents = await Child.start(context, 'documents', settings);
  return { documents, typesetter: await Child.start(context, 'typesetter', {}) };
}

/** Has the documents written, and then the same pages set bare. */
async function turn(processes: Processes, jobIds: readonly string[]): Promise<Turn> {
  const { hunter, documents, typesetter, stored } = processes;
  await documents.ask('watch');
  const ours = await hunter.ask<number>('write', jobIds);
  const pause = await documents.ask<number>('longest');
  const pages = await stored.pagesFor(jobIds);
  if (pages.length !== 2 * jobIds.length)
    throw new Error(`${pages.length} documents are kept, expected ${2 * jobIds.length}`);
  const bare = await typesetter.ask<number>('typeset', pages);
  return { ours: ours / 1_000, bare: bare / 1_000, pause };
}

const sidesOf = (turns: readonly Turn[]) => ({
  ours: turns.map(({ ours }) => ours),
  bare: turns.map(({ bare }) => bare),
});
