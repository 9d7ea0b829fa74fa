import { describe, expect, it } from '@jest/globals';
import { readExport, type FlowDefinition } from '#libs/flows';
import { decisionsOf, replay } from '#libs/flows/testing';
import { recordedFlows } from './flows.js';
import { recordedRuns, type RecordedRun } from './recorded-runs.js';

interface Tampered {
  flow: string;
  events: { version: number; event: Record<string, unknown> & { type: string } }[];
}

const runs = recordedRuns(process.cwd());

const flowOf = ({ text, file }: RecordedRun): FlowDefinition => {
  const { flow } = JSON.parse(text) as Tampered;
  const found = recordedFlows.find(({ contract }) => contract.name === flow);
  if (!found) throw new Error(`${file} is a run of ${flow}, which is not kept any more`);
  return found;
};

const tampered = (run: RecordedRun, tamper: (recording: Tampered) => void): string => {
  const recording = JSON.parse(run.text) as Tampered;
  tamper(recording);
  return JSON.stringify(recording);
};

const refusal = async (
  run: RecordedRun,
  text: string,
): Promise<Error & { code?: string; difference?: string }> =>
  replay(flowOf(run), text).then(
    () => Promise.reject(new Error(`${run.file}: what was done to it was not noticed`)),
    (error: Error) => error,
  );

describe('the recorded runs', () => {
  it('are there', () => {
    expect(runs.length).toBeGreaterThan(20);
  });

  it.each(runs.map((run) => [run.file, run] as const))(
    'replay: %s decides the same today (rule 11)',
    async (_file, run) => {
      const { missing, decisions, ended } = await replay(flowOf(run), run.text);
      expect(missing).toEqual([]);
      expect(ended).toBe(true);
      // What the log held then, the code says today too: inputs, due times, chances, results.
      expect(decisions).toMatchObject(decisionsOf(readExport(run.text)));
    },
  );
});

describe('a run that was begun before behaviours were numbered (version 0 of a recording)', () => {
  it.each(['cancel', 'flow-timeout'])('still ends on the spot: %s', (feature) => {
    const { text } = runs.find((run) => run.feature === feature && run.version === 0)!;
    expect(text).not.toContain('behaviours');
    expect(text).not.toContain('FlowCancelling');
  });
});

describe('a recorded run that was tampered with', () => {
  const withTasks = runs.filter(({ text }) => text.includes('"TaskScheduled"'));

  it.each(withTasks.map((run) => [run.file, run] as const))(
    'is refused when a task has another name: %s',
    async (_file, run) => {
      const text = tampered(run, ({ events }) => {
        const found = events.find(({ event }) => event.type === 'TaskScheduled')!;
        found.event.task = 'something_else';
      });
      const error = await refusal(run, text);
      expect(error.code).toBe('flow/non-determinism');
      expect(error.difference).toContain('task something_else');
    },
  );

  it.each(runs.map((run) => [run.file, run] as const))(
    'is refused when a decision is missing: %s',
    async (_file, run) => {
      const text = tampered(run, ({ events }) => {
        const index = events.findIndex(
          ({ event }) => /Scheduled|Awaited|Requested$|Recorded/.test(event.type) && 'step' in event,
        );
        events.splice(index, 1);
      });
      expect(await refusal(run, text)).toMatchObject({ code: 'flow/non-determinism' });
    },
  );

  it.each(runs.map((run) => [run.file, run] as const))(
    'is refused when a decision stands in it twice: %s',
    async (_file, run) => {
      const text = tampered(run, ({ events }) => {
        const index = events.findLastIndex(({ event }) => event.type.startsWith('Flow'));
        events.splice(index, 0, { ...events[index]!, ...{ seq: seqOf(events[index - 1]) + 0.5 } });
      });
      expect(await refusal(run, text)).toMatchObject({ code: 'flow/non-determinism' });
    },
  );

  it('is refused when it holds an event of a version that nobody here knows', async () => {
    const text = tampered(runs[0]!, ({ events }) => void (events[1]!.version = 99));
    const error = await refusal(runs[0]!, text);
    expect(error.message).toMatch(/FlowStarted.*99/);
  });

  it('is refused when it holds an event that nobody here knows', async () => {
    const text = tampered(runs[0]!, ({ events }) => void (events[1]!.event.type = 'FlowImagined'));
    expect((await refusal(runs[0]!, text)).message).toContain('FlowImagined');
  });

  it('is refused when its events are out of order', async () => {
    const text = tampered(runs[0]!, ({ events }) => void events.reverse());
    expect(await refusal(runs[0]!, text)).toMatchObject({ code: 'flow/unreadable-export' });
  });

  it('is refused when it is given to another flow, or to another version of its own', async () => {
    const [first, second] = [runs[0]!, runs.find((run) => flowOf(run) !== flowOf(runs[0]!))!];
    await expect(replay(flowOf(second), first.text)).rejects.toThrow(/was given to/);
    const text = tampered(first, ({ events }) => {
      events.find(({ event }) => event.type === 'FlowStarted')!.event.version = '7';
    });
    expect((await refusal(first, text)).message).toContain('version 7');
  });
});

const seqOf = (event: unknown): number => (event as { readonly seq: number }).seq;
