import { Controller } from '@nestjs/common';
import { CleanDocuments, DOCUMENT_KINDS } from '#libs/contracts';
import type { CleanDocumentsInput, CleanDocumentsOutput } from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { DocumentsStore } from '../documents/documents.store.js';
import { documentsInUse } from './documents-in-use.js';

const DAY_MS = 86_400_000;

/** Removes drafts that are past their time. */
@Controller()
export class UpkeepController {
  constructor(private readonly store: DocumentsStore) {}

  @Operation(CleanDocuments)
  async clean({ olderThanDays }: CleanDocumentsInput, run: OperationRun): Promise<CleanDocumentsOutput> {
    const { actor, flags } = run;
    const before = new Date(Date.now() - olderThanDays * DAY_MS);
    const counts = { documents: 0, testDocuments: 0 };
    // In test mode nothing real is touched.
    const marks = flags.testMode ? [true] : [false, true];
    const lists = DOCUMENT_KINDS.flatMap((kind) => marks.map((testMode) => ({ kind, testMode })));
    const found = await Promise.all(
      lists.map(async (which) => ({
        ...which,
        ids: await this.store.olderThan(before, { ...which, userId: actor.userId }),
      })),
    );
    if (found.some(({ ids }) => ids.length > 0)) {
      // Asked after the drafts were read, so that one which was taken into use by then is known as such.
      const used = await documentsInUse(run);
      for (const { kind, testMode, ids } of found) {
        const drafts = ids.filter((id) => !used.has(id));
        counts[testMode ? 'testDocuments' : 'documents'] += drafts.length;
        if (!flags.dryRun) await this.store.remove(kind, drafts, actor.userId);
      }
    }
    return { success: true, ...counts, dryRun: flags.dryRun, taskRunId: null };
  }
}
