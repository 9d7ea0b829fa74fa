import type { OperationClient } from '#libs/operations';
import { GetArchivedRun } from './archive.contract.js';

/** The platform itself asks; whoever it asks for has been checked, or is. */
const PLATFORM = { userId: 'system', channel: 'nats' } as const;

/** Asks the audit for archived runs piece by piece. Gives undefined where it has none of a run; throws what calls throw. */
export function archivedPieces(client: Pick<OperationClient, 'call'>) {
  return async (
    flowRunId: string,
    piece: number,
  ): Promise<{ readonly data: Uint8Array; readonly pieces: number } | undefined> => {
    try {
      const { data, pieces } = await client.call(GetArchivedRun, { flowRunId, piece }, { actor: PLATFORM });
      return { data: Buffer.from(data, 'base64'), pieces };
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'audit/not-found') return undefined;
      throw error;
    }
  };
}
