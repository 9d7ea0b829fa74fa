import type { RunEvent } from './events.js';
import type { FlowRunId } from './ids.js';
import type { RunHistory, RunLog } from './run-log.js';

/** Where whole histories lie that the log has let go of. */
export interface RunArchive {
  /** Undefined where it has none of this run. Throws where it cannot tell. */
  read(runId: FlowRunId): Promise<RunHistory | undefined>;
}

const ENDS: readonly RunEvent['type'][] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued'];

/**
 * Gives a log that reads runs out of the archive too, for whoever looks at runs or starts others from them. The engine
 * reads the log itself: what is archived has ended, and nothing is fed to it any more.
 *
 * A run may be let go of while it is read, page by page. What its flow has decided goes first (see `Forgotten`), so a
 * history is whole where its first decision is still there when it is read once more.
 */
export function withArchive<L extends Pick<RunLog, 'readRun'>>(log: L, archive: RunArchive): L {
  const readRun = async (runId: FlowRunId): Promise<RunHistory> => {
    const history = await log.readRun(runId);
    if (history.unreadable) return history;
    if (history.events.length > 0 && !hasEnded(history)) return history;
    if (hasBegun(history) && hasBegun(await log.readRun(runId))) return history;
    return (await archive.read(runId)) ?? history;
  };
  return new Proxy(log, {
    get: (target, name) => (name === 'readRun' ? readRun : bound(target, name)),
  });
}

/** Its methods look for their own parts, not for what stands before them. */
function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}

const hasEnded = ({ events }: RunHistory): boolean => events.some(({ event }) => ENDS.includes(event.type));
const hasBegun = ({ events }: RunHistory): boolean =>
  events.some(({ event }) => event.type === 'FlowStarted');
