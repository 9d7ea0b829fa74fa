import type { TaskDefinition } from '#libs/flows';
import { notify } from './notify.task.js';
import { SEARCH_TASKS } from './search-source.tasks.js';

export { notify, SEARCH_TASKS };

/** The tasks that can also be run by themselves, as `task_<name>`. */
export const TASKS: readonly TaskDefinition[] = [...Object.values(SEARCH_TASKS), notify];
