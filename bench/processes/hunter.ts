import 'reflect-metadata';
import { GetJob, ImportProfile } from '#libs/contracts';
import { startService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { BENCH_RESUME } from '../hunt/bench-resume.js';
import { JobModule, makeJobs } from '../hunt/job-service.js';
import { writeApplications } from '../hunt/write-applications.js';
import { answerParent, setting } from './answer-parent.js';

const userId = setting('USER_ID');
const scraper = await startService({
  service: 'scraper',
  contracts: [GetJob],
  nats: setting('NATS_URL'),
  logger: createLogger({ service: 'bench', level: 'warn' }),
  module: JobModule,
});
const { client } = scraper;

answerParent(
  {
    makeJobs: async (count: number) => makeJobs(count, userId),
    importProfile: () =>
      client.call(ImportProfile, { resume: BENCH_RESUME }, { actor: { userId, channel: 'api' } }),
    write: (jobIds: readonly string[]) => writeApplications(client, jobIds, userId),
  },
  () => scraper.close(),
);
