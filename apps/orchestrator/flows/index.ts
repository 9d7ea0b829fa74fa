import type { FlowDefinition } from '#libs/flows';
import { scrapeJobs } from './scrape-jobs.flow.js';
import { scrapeStepstoneJobs } from './scrape-stepstone-jobs.flow.js';

/** Every flow that the orchestrator runs. */
export const FLOWS: readonly FlowDefinition[] = [scrapeJobs, scrapeStepstoneJobs];
