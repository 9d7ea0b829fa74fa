import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import { byTurns } from '../by-turns.js';
import { scaled } from '../scale.js';
import { ownStack } from '../stack.js';
import { summarise } from '../statistics.js';
import { StoredJobs } from './stored-jobs.js';

const JOBS = scaled(10_000, 500);
/** Filling the database takes longest, and the whole bench has a quarter of an hour. */
const PAIRS = 2;
const MATCH_PAIRS = 5;
const USER = 'bench';

interface Processed {
  readonly ms: number;
  readonly answer: { readonly jobsProcessed: number; readonly merged: number };
}
interface Matched {
  readonly ms: number;
  readonly answer: { readonly jobsMatched: number };
}

/** Measures how fast the scraper reads and compares postings, and scores them against a profile. */
export const hunt: Measure = {
  names: ['hunt'],
  run: async (context) => {
    const { cleanup, say } = context;
    const { natsUrl, mongoUri } = await ownStack(context);
    const stored = await StoredJobs.open(mongoUri);
    cleanup.add(() => stored.close());
    const scraper = await Child.start(context, 'scraper', { NATS_URL: natsUrl, MONGODB_URI: mongoUri });
    const perSecond = (ms: number): number => (JOBS * 1_000) / ms;

    const processed = await byTurns({
      pairs: PAIRS,
      say,
      bare: async () => {
        const ids = await stored.fill(JOBS, USER);
        return perSecond(await stored.readAndWrite(ids));
      },
      ours: async () => {
        const { ms, answer } = await scraper.ask<Processed>('process', USER);
        if (answer.jobsProcessed !== JOBS || answer.merged === 0)
          throw new Error(`processed ${answer.jobsProcessed} of ${JOBS} jobs, merged ${answer.merged}`);
        return perSecond(ms);
      },
    });
    const matched = await byTurns({
      pairs: MATCH_PAIRS,
      say,
      bare: async () => perSecond(await stored.readScored(USER)),
      ours: async () => {
        const { ms, answer } = await scraper.ask<Matched>('match', USER);
        if (answer.jobsMatched === 0) throw new Error('no job was scored');
        return perSecond(ms);
      },
    });
    return [
      resultOf({
        id: 'hunt process',
        what: 'jobs/s read, compared and stored by process_jobs, 10,000 of some 2,300 characters; reference: the same documents read and written bare, 100 a batch',
        ...summarise(processed),
        goal: { of: 'ours', is: '>=', value: 400 },
      }),
      resultOf({
        id: 'hunt match',
        what: 'jobs/s scored by match_jobs against a profile, 10,000 stored; reference: what is scored of them, read bare',
        ...summarise(matched),
        goal: { of: 'ours', is: '>=', value: 3_000 },
      }),
    ];
  },
};
