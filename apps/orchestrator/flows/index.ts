import { APPLIER_CONTRACTS, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import type { FlowDefinition } from '#libs/flows';
import { pipeFlow } from '#libs/pipes';
import { applyToJob } from './apply-to-job.flow.js';
import { dailyJobHunt } from './daily-job-hunt.flow.js';
import { dailyJobProcessing } from './daily-job-processing.flow.js';
import { maintenance } from './maintenance.flow.js';
import { scrapeAndProcess } from './scrape-and-process.flow.js';
import { scrapeJobs } from './scrape-jobs.flow.js';
import { scrapeStepstoneJobs } from './scrape-stepstone-jobs.flow.js';
import { sendApplication } from './send-application.flow.js';
import { smartJobApplication } from './smart-job-application.flow.js';

/** Every flow that the orchestrator runs. */
export const FLOWS: readonly FlowDefinition[] = [
  scrapeJobs,
  scrapeStepstoneJobs,
  scrapeAndProcess,
  dailyJobProcessing,
  applyToJob,
  smartJobApplication,
  sendApplication,
  dailyJobHunt,
  maintenance,
  pipeFlow([...SCRAPER_CONTRACTS, ...DOCUMENTS_CONTRACTS, ...APPLIER_CONTRACTS]),
];
