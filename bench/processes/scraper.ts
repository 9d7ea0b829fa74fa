import 'reflect-metadata';
import { startScraper } from '#apps/scraper';
import { GetProfile, MatchJobs, MatchJobsInput, ProcessJobs, ProcessJobsInput } from '#libs/contracts';
import { startService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { ProfileModule } from '../hunt/profile-service.js';
import { answerParent, setting } from './answer-parent.js';

const nats = setting('NATS_URL');
const logger = createLogger({ service: 'bench', level: 'warn' });
const scraper = await startScraper({ nats, mongoUri: setting('MONGODB_URI'), logger });
const documents = await startService({
  service: 'documents',
  contracts: [GetProfile],
  nats,
  logger,
  module: ProfileModule,
});
const { client } = documents;

/** Whose the jobs are; the work is timed from the call to its answer. */
const timed = async <T>(call: (actor: object) => Promise<T>, userId: string) => {
  const begun = performance.now();
  const answer = await call({ actor: { userId, channel: 'api' } });
  return { ms: performance.now() - begun, answer };
};

answerParent(
  {
    process: (userId: string) =>
      timed((options) => client.call(ProcessJobs, new ProcessJobsInput(), options), userId),
    match: (userId: string) =>
      timed((options) => client.call(MatchJobs, new MatchJobsInput(), options), userId),
  },
  async () => {
    await documents.close();
    await scraper.close();
  },
);
