import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId, streamSeq } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { TestSink } from '../testing/test-sink.js';
import { RunHub } from './run-hub.js';

const quiet = (): void => undefined;

function given() {
  const log = createMemoryRunLog();
  const hub = new RunHub(log, { log: quiet, error: quiet, warn: quiet });
  const first = new RunScript(log, flowRunId('r'));
  const second = new RunScript(log, flowRunId('r-c2'));
  const goOn = () =>
    first.decide({ type: 'FlowContinued', nextRunId: second.runId, input: {}, fedSeq: streamSeq(1) });
  return { log, hub, first, second, goOn };
}

describe('whoever waits for the end of a run', () => {
  it('gets that of the last of the runs that go on with its work', async () => {
    const { hub, first, second, goOn } = given();
    await first.start();
    await first.begin();
    const end = hub.end('r', new AbortController().signal);
    await goOn();
    await second.start();
    await second.begin();
    await second.complete('sung at last');
    expect(await end).toEqual({
      runId: 'r-c2',
      end: { status: 'completed', result: 'sung at last', error: null },
    });
  });

  it('waits for it also where the next run is not there yet, until nobody wants to know any more', async () => {
    const { hub, first, goOn } = given();
    await first.start();
    await first.begin();
    await goOn();
    const leaving = new AbortController();
    const end = hub.end('r', leaving.signal);
    leaving.abort();
    expect(await end).toEqual({ runId: 'r', end: undefined });
  });
});

it('a viewer is told which run goes on with the work of the one that ended', async () => {
  const { hub, first, goOn } = given();
  await first.start();
  await first.begin();
  await goOn();
  const sink = new TestSink();
  await hub.view('r', sink, { after: 0, live: true });
  expect(sink.messages().slice(-2)).toMatchObject([
    { event: 'FlowContinued', data: { event: { nextRunId: 'r-c2' } } },
    { event: 'end', data: { runId: 'r', status: 'completed', continuedBy: 'r-c2' } },
  ]);
});

it('a viewer stays with a run that is paused', async () => {
  const { hub, first } = given();
  await first.start();
  await first.begin();
  const actor = { userId: 'local', channel: 'api' } as const;
  await first.decide({ type: 'RunPaused', actor, reason: 'lunch' });
  const sink = new TestSink();
  const shown = hub.view('r', sink, { after: 0, live: true });
  await sink.saw('RunPaused');
  await first.decide({ type: 'RunResumed', actor, after: 'pause' });
  await sink.saw('RunResumed');
  await first.complete();
  await shown;
  expect(sink.messages().at(-1)).toMatchObject({ event: 'end', data: { status: 'completed' } });
});
