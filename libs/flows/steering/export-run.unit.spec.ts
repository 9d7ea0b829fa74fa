import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, streamSeq } from '#libs/run-log';
import { flowStarted, startRequested } from '#libs/run-records/testing';
import { exportRun, historyOf, readExport } from './export-run.js';
import { asked, RUN, success } from './run-history.fixtures.js';

async function exported() {
  const log = createMemoryRunLog();
  await log.start(RUN, startRequested());
  await log.decide(RUN, streamSeq(0), [flowStarted, asked(1, 'a') as never]);
  await log.outcome(RUN, success(1, { deep: [1, 'ü'] }) as never);
  const history = await log.readRun(RUN);
  const document = await exportRun(log, RUN);
  await log.close();
  return { history, document };
}

interface Loose {
  readonly version: unknown;
  readonly format: unknown;
  readonly runId: unknown;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

const text = async (change: (document: Loose) => unknown): Promise<string> =>
  JSON.stringify(change(JSON.parse(JSON.stringify((await exported()).document)) as Loose));

describe('the export of a run', () => {
  it('is read back as the history that the log holds', async () => {
    const { history, document } = await exported();
    const read = readExport(JSON.stringify(document));
    expect(read).toEqual(document);
    const again = historyOf(read);
    expect(again.events.map(({ event, time, position }) => [event, time, position.seq])).toEqual(
      history.events.map(({ event, time, position }) => [event, time, position.seq]),
    );
    expect([again.last, again.lastDecision]).toEqual([history.last, history.lastDecision]);
  });

  it('says which run it is of, and of which flow', async () => {
    expect((await exported()).document).toMatchObject({
      format: 'flow-run-history',
      version: 1,
      runId: RUN,
      flow: 'greet',
    });
  });

  it('needs a run', async () => {
    await expect(exportRun(createMemoryRunLog(), RUN)).rejects.toMatchObject({ code: 'flow/unknown-run' });
  });

  it.each<[string, (document: Loose) => unknown, string]>([
    ['another format', (d) => ({ ...d, format: 'x' }), 'its format is "x"'],
    [
      'a later format',
      (d) => ({ ...d, version: 2 }),
      'its format has version 2, and this build reads version 1',
    ],
    ['no run', (d) => ({ ...d, runId: undefined }), 'it does not name its run and its flow'],
    ['a run that is none', (d) => ({ ...d, runId: 'a b' }), 'run id "a b"'],
    ['no events', (d) => ({ ...d, events: 3 }), 'it has no list of events'],
    ['an event that is none', (d) => ({ ...d, events: [3] }), 'event 1 is no JSON object'],
    [
      'an event without a time',
      (d) => ({ ...d, events: [{ ...d.events[0], time: undefined }] }),
      'event 1 lacks its sequence, time or version',
    ],
    ['events out of order', (d) => ({ ...d, events: [...d.events].reverse() }), 'is out of order'],
    ['a list', (d) => [d], 'it is no JSON object'],
  ])('is refused with %s', async (_what, change, message) => {
    const changed = await text(change);
    expect(() => readExport(changed)).toThrow(
      expect.objectContaining({ code: 'flow/unreadable-export', message: expect.stringContaining(message) }),
    );
  });

  it('is refused where it is no JSON', () => {
    expect(() => readExport('{"format":')).toThrow(/this is no export of a flow run: it is no JSON/);
  });

  it('names an event whose version this build does not know', async () => {
    const later = await text((d) => ({
      ...d,
      events: d.events.map((event, index) => (index === 2 ? { ...event, version: 7 } : event)),
    }));
    expect(() => readExport(later)).toThrow(
      expect.objectContaining({
        code: 'run-log/unknown-event',
        message: 'the event at sequence 3 is TaskScheduled version 7, which this build does not know',
      }),
    );
    const strange = later.replace('"TaskScheduled"', '"TaskInvented"').replace('"version":7', '"version":1');
    expect(() => readExport(strange)).toThrow(/is TaskInvented version 1, which this build does not know/);
  });
});
