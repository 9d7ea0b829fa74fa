import type { Evidence } from './evidence.js';
import type { RawEvent } from './raw-log.js';
import type { Findings } from './verdict.js';

const PARTITIONS = 16;
const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled', 'FlowContinued'];

export const isEnd = ({ kind, type }: RawEvent): boolean => kind === 'decision' && ENDS.includes(type);

/** Every run that somebody was promised is there, every run that is there has ended, and lies where it belongs. */
export function checkEnds({ runs, testimony }: Evidence, findings: Findings): void {
  const started = new Map<string, string>();
  for (const { run, key } of testimony.accepted) {
    const start = runs.get(run)?.find(({ type }) => type === 'StartRequested');
    if (!start) findings.add('lost', `run ${run} was accepted, and the log does not hold its start`);
    const before = started.get(key);
    if (before !== undefined && before !== run)
      findings.add('doubled', `the key ${key} has started two runs, ${before} and ${run}`);
    started.set(key, run);
  }
  for (const { run, seq } of testimony.confirmed) {
    if (!runs.get(run)?.some((event) => event.seq === seq))
      findings.add('lost', `message ${seq} to run ${run} was confirmed, and the log does not hold it`);
  }
  for (const [run, events] of runs) {
    if (!events.some(({ type }) => type === 'StartRequested')) continue;
    const last = events.at(-1)!;
    if (!events.some(isEnd)) {
      const { flow } = events.find(({ type }) => type === 'StartRequested')!.body;
      const halt = events.findLast(({ type }) => type === 'RunHalted');
      const why = halt ? `, it is halted: ${JSON.stringify(halt.body)}` : '';
      findings.add(
        'stuck',
        `run ${run} of ${String(flow)} has not ended; its last message is ${last.type} (${last.seq})${why}`,
      );
    }
    const stray = events.find(({ partition }) => partition !== partitionOf(run));
    if (stray)
      findings.add('lost', `message ${stray.seq} of run ${run} lies in partition ${stray.partition}`);
  }
}

/** FNV-1a, 32 bits. Source: draft-eastlake-fnv. */
function partitionOf(run: string): number {
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(run, 'latin1')) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  return Number(hash % BigInt(PARTITIONS));
}
