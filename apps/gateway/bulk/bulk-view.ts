import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { StoredWork } from './bulk-store.js';
import { isOver, shown } from './bulk-work.js';
import type { BulkSummary, BulkWork, KeptWork } from './bulk-work.js';

/** How often the kept work is looked at for a viewer: somebody else may be the one who does it. In milliseconds. */
const LOOK_MS = 300;
const RETRY_MS = 1_000;
/** After so many looks without news the connection is said to live. */
const SILENT_LOOKS = 50;

interface Linked {
  readonly links: { readonly self: string; readonly events: string; readonly stop: string };
}

export type BulkAnswer = BulkWork & Linked;
export type ListedBulk = BulkSummary & Linked;

export const bulkAnswer = (work: KeptWork): BulkAnswer => linked(shown(work));

/** Says where more is told of a piece of bulk work. */
export function linked<T extends BulkSummary>(work: T): T & Linked {
  const self = `/flow-runs/bulk/${work.id}`;
  return { ...work, links: { self, events: `${self}/events`, stop: `${self}/stop` } };
}

/**
 * Shows bulk work as Server-Sent Events: `progress` with the whole of it whenever it has changed, then `end`. A
 * viewer that comes again misses nothing, for each event says all there is to say.
 */
export async function showProgress(
  reply: FastifyReply,
  first: StoredWork,
  look: () => Promise<StoredWork>,
  stopping: AbortSignal,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const over = AbortSignal.any([gone.signal, stopping]);
  response.write(`retry: ${RETRY_MS}\n\n`);
  try {
    let told: number | undefined;
    let silent = 0;
    for (let stored = first; !over.aborted; stored = await look()) {
      silent = stored.revision === told ? silent + 1 : 0;
      if (silent === 0) response.write(message('progress', stored));
      else if (silent % SILENT_LOOKS === 0) response.write(': heartbeat\n\n');
      told = stored.revision;
      if (isOver(stored.work)) {
        response.write(message('end', stored));
        break;
      }
      await pause(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
    }
  } catch {
    // The broker is away: the viewer connects again and is told in a problem why it cannot be shown.
  } finally {
    response.end();
  }
}

function message(event: 'progress' | 'end', { work, revision }: StoredWork): string {
  return `id: ${revision}\nevent: ${event}\ndata: ${JSON.stringify(bulkAnswer(work))}\n\n`;
}
