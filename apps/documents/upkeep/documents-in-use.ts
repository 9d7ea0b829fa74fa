import { ListApplications } from '#libs/contracts';
import { RetryableError, TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { PlatformError } from '#libs/run-log';

type Asking = Pick<OperationRun, 'call' | 'signal'>;

const PAGE = 500;
const CODE = 'documents/applications-unknown';

/**
 * Asks the applier for the ids of all CVs and letters that the person's applications name, those of test mode among
 * them. Throws with the code `documents/applications-unknown` where it does not say.
 */
export async function documentsInUse(run: Asking): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await oneAnswer(run, cursor);
    for (const { id, cvId, letterId } of page.items) {
      // One that was built before it said so leaves it out.
      if (typeof cvId !== 'string' || letterId === undefined)
        throw new TerminalError(CODE, sentence(`the applier does not say which documents ${id} uses`));
      used.add(cvId);
      if (letterId !== null) used.add(letterId);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return used;
}

/** In the order of preparing: one that changes meanwhile moves to the end and is seen there. */
async function oneAnswer(run: Asking, cursor: string | undefined) {
  try {
    return await run.call(ListApplications, {
      ...{ includeTest: true, sort: 'preparedAt', limit: PAGE },
      ...(cursor === undefined ? {} : { cursor }),
    });
  } catch (error) {
    if (run.signal.aborted || !(error instanceof PlatformError)) throw error;
    const message = sentence(error.message);
    if (error.disposition === 'retry') throw new RetryableError(CODE, message, undefined, { cause: error });
    throw new TerminalError(CODE, message, undefined, { cause: error });
  }
}

const sentence = (why: string) =>
  `nothing was removed, because it cannot be told which documents are in use: ${why}`;
