import {
  SCRAPE_SOURCE_CONTRACTS,
  SOURCE_NAMES,
  SOURCE_TITLES,
  type ScrapeInput,
  type ScrapeOutput,
  type SourceName,
} from '#libs/contracts';
import { task, type TaskDefinition } from '#libs/flows';

const searchTask = (source: SourceName) =>
  task(
    {
      name: `scrape_${source}`,
      description: `Search ${SOURCE_TITLES[source]}, three times more if it does not answer`,
      retries: 3,
      retryDelaySeconds: 60,
      retryJitterFactor: 0.1,
    },
    SCRAPE_SOURCE_CONTRACTS[source],
  );

/** A task for each source. */
export const SEARCH_TASKS = Object.fromEntries(
  SOURCE_NAMES.map((source) => [source, searchTask(source)]),
) as Record<SourceName, TaskDefinition<ScrapeInput, ScrapeOutput>>;
