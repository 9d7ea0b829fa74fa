import type { TaskDefinition } from '#libs/flows';
import {
  applyJob,
  generateCv,
  generateLetter,
  prepareApplication,
  withdrawApplication,
} from './application.tasks.js';
import { notify } from './notify.task.js';
import { matchJob, matchJobs, processJobs } from './processing.tasks.js';
import { SEARCH_TASKS } from './search-source.tasks.js';

export {
  applyJob,
  generateCv,
  generateLetter,
  matchJob,
  matchJobs,
  notify,
  prepareApplication,
  processJobs,
  SEARCH_TASKS,
  withdrawApplication,
};

/** The tasks that can also be run by themselves, as `task_<name>`. */
export const TASKS: readonly TaskDefinition[] = [
  ...Object.values(SEARCH_TASKS),
  processJobs,
  matchJob,
  matchJobs,
  generateCv,
  generateLetter,
  prepareApplication,
  notify,
];
