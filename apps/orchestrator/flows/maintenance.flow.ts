import {
  CleanApplier,
  CleanDocuments,
  CleanScraper,
  MaintenanceFlow,
  type MaintenanceFlowResult,
} from '#libs/contracts';
import { flow, task, TaskFailedError, type TaskDefinition } from '#libs/flows';

type Cleaning = { olderThanDays: number };
/** `message` says what could not go, and why. */
type Cleaned = { message?: string | null };

/** Counts what had to stay. */
const KEPT = 'unsure';

const patient = { retries: 2, retryDelaySeconds: 60 } as const;
/** In this order: each service keeps what the ones before it still use. */
const CLEANINGS: readonly TaskDefinition<Cleaning, object>[] = [
  task({ name: 'clean_applier', ...patient }, CleanApplier),
  task({ name: 'clean_documents', ...patient }, CleanDocuments),
  task({ name: 'clean_scraper', ...patient }, CleanScraper),
];

/** Cleans one service after the other; one that fails stops none. */
export const maintenance = flow(
  MaintenanceFlow,
  async ({ cleanupDays }, ctx): Promise<MaintenanceFlowResult> => {
    const removed: Record<string, number> = {};
    const failures: string[] = [];
    for (const clean of CLEANINGS) {
      try {
        const { message, ...answer }: Cleaned = await ctx.task(clean, { olderThanDays: cleanupDays });
        if (message) failures.push(`${clean.options.name}: ${message}`);
        for (const [what, count] of Object.entries(answer))
          if (typeof count === 'number' && what !== KEPT) removed[what] = count;
      } catch (error) {
        if (!(error instanceof TaskFailedError)) throw error;
        failures.push(`${clean.options.name}: ${error.record.message}`);
      }
    }
    return { success: failures.length === 0, removed, failures };
  },
);
