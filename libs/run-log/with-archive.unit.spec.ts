import { describe, expect, it } from '@jest/globals';
import { streamSeq } from './ids.js';
import { createMemoryRunLog } from './memory/memory-run-log.js';
import type { RunHistory, RunLog } from './run-log.js';
import { cancel, flowStarted, freshRun, scheduled, started } from './run-log.fixtures.js';
import { withArchive } from './with-archive.js';

const END = { type: 'FlowCompleted', result: 3 } as const;
const ZERO = streamSeq(0);

/** An ended run whose history is in the archive; tells how often the archive was asked. */
async function given() {
  const log = createMemoryRunLog();
  const runId = freshRun();
  await log.start(runId, started());
  await log.decide(runId, ZERO, [flowStarted, scheduled(1, { runId }), END]);
  const whole = await log.readRun(runId);
  const archive = {
    asked: 0,
    read: (id: string): Promise<RunHistory | undefined> => {
      archive.asked++;
      return Promise.resolve(id === runId ? whole : undefined);
    },
  };
  return { log, runId, whole, archive, both: withArchive<RunLog>(log, archive) };
}

describe('a log with an archive behind it', () => {
  it('asks the archive only for what the log no longer tells', async () => {
    const { log, runId, whole, archive, both } = await given();
    const running = freshRun();
    await both.start(running, started());
    expect((await both.readRun(running)).events).toHaveLength(1);
    expect(await both.readRun(runId)).toEqual(whole);
    expect(archive.asked).toBe(0);

    await log.forget(runId, { upTo: whole.last, keep: 'ends', bodies: [] });
    expect(await both.readRun(runId)).toBe(whole);
    await log.forget(runId, { upTo: whole.last, keep: 'nothing', bodies: [] });
    expect(await both.readRun(runId)).toBe(whole);
    expect((await both.readRun(freshRun())).events).toEqual([]);
    expect(archive.asked).toBe(3);
  });

  it('gives no half of a run that the log lets go of while it is read', async () => {
    const { log, runId, whole, archive } = await given();
    let reads = 0;
    const cut: Pick<RunLog, 'readRun'> = {
      // Its first page was read before, the rest after the log let go of it.
      readRun: async (id) => {
        if (reads++ > 0) return log.readRun(id);
        await log.forget(id, { upTo: whole.last, keep: 'ends', bodies: [] });
        return { ...whole, events: [whole.events[0]!, whole.events[1]!, whole.events.at(-1)!] };
      },
    };
    expect(await withArchive(cut, archive).readRun(runId)).toBe(whole);
  });

  it('leaves a run that ended before it began to the log where the archive has none of it', async () => {
    const { log, both } = await given();
    const refused = freshRun();
    await log.start(refused, started());
    await log.decide(refused, ZERO, [{ type: 'FlowCancelled' }]);
    expect((await both.readRun(refused)).events).toHaveLength(2);
    await log.request(refused, cancel, 'late');
    expect((await both.readRun(refused)).events).toHaveLength(3);
  });

  it('does not take an archive that cannot tell for one that has nothing', async () => {
    const { log } = await given();
    const both = withArchive(log, { read: () => Promise.reject(new Error('away')) });
    await expect(both.readRun(freshRun())).rejects.toThrow('away');
  });
});
