import { describe, expect, it } from '@jest/globals';
import { createMemoryRunLog, flowRunId, taskRunId } from '#libs/run-log';
import type { MemoryRunLog } from '#libs/run-log';
import { TestSink } from '../testing/test-sink.js';
import { RunScript } from '../testing/run-script.js';
import { RunHub } from './run-hub.js';

const runId = flowRunId('r');

function given(): { log: MemoryRunLog; hub: RunHub; script: RunScript; settle: () => Promise<void> } {
  const log = createMemoryRunLog();
  const warn = (): void => undefined;
  const hub = new RunHub(log, { log: warn, error: warn, warn });
  return { log, hub, script: new RunScript(log, runId), settle: () => log.advance(0) };
}

describe('a viewer', () => {
  it('sees what was, then what comes, and the end', async () => {
    const { hub, script, settle } = given();
    await script.start();
    await script.begin();
    const sink = new TestSink();
    const shown = hub.view(runId, sink, { after: 0, live: true });
    await sink.saw('FlowStarted');
    await script.schedule(0);
    await sink.saw('TaskScheduled');
    await script.succeed(0);
    await script.complete();
    await shown;
    expect(sink.messages().map(({ event }) => event)).toEqual([
      'StartRequested',
      'FlowStarted',
      'TaskScheduled',
      'TaskFinished',
      'FlowCompleted',
      'end',
    ]);
    expect(sink.messages().map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', undefined]);
    expect(sink.messages().at(-1)?.data).toEqual({
      runId,
      status: 'completed',
      result: { sung: true },
      error: null,
    });
    expect(sink.ended).toBe(true);
    await settle();
    expect(hub.size).toBe(0);
  });

  it('resumes behind the event that it saw last, and sees none twice', async () => {
    const { hub, script } = given();
    await script.start();
    await script.begin();
    await script.schedule(0);
    const sink = new TestSink();
    const shown = hub.view(runId, sink, { after: 2, live: true });
    await sink.saw('TaskScheduled');
    await script.complete();
    await shown;
    expect(sink.messages().map(({ id }) => id)).toEqual(['3', '4', undefined]);
  });

  it('gets the end again when it comes back after it', async () => {
    const { hub, script } = given();
    await script.start();
    await script.begin();
    await script.complete();
    const sink = new TestSink();
    await hub.view(runId, sink, { after: 3, live: true });
    expect(sink.messages()).toMatchObject([{ event: 'end', data: { status: 'completed' } }]);
  });

  it('sees progress and log lines without an id, and only when it wants to', async () => {
    const { log, hub, script } = given();
    await script.start();
    await script.begin();
    const curious = new TestSink();
    const sober = new TestSink();
    const shown = [
      hub.view(runId, curious, { after: 0, live: true }),
      hub.view(runId, sober, { after: 0, live: false }),
    ];
    await Promise.all([curious.saw('FlowStarted'), sober.saw('FlowStarted')]);
    await log.advance(0);
    log.publishLive(runId, { type: 'TaskProgressed', taskRunId: taskRunId('t'), done: 1, total: 2 });
    await curious.saw('TaskProgressed');
    await script.complete();
    await Promise.all(shown);
    expect(curious.messages().find(({ event }) => event === 'TaskProgressed')).toMatchObject({
      id: undefined,
      data: { seq: null, event: { done: 1, total: 2 } },
    });
    expect(sober.messages().map(({ event }) => event)).not.toContain('TaskProgressed');
  });

  it('that does not read misses nothing of the log once it reads again, and holds nothing meanwhile', async () => {
    const { hub, script, settle } = given();
    await script.start();
    await script.begin();
    const sink = new TestSink();
    const shown = hub.view(runId, sink, { after: 0, live: true });
    await sink.saw('FlowStarted');
    await settle();
    sink.isFull = true;
    for (let step = 0; step < 50; step += 1) await script.schedule(step);
    await settle();
    // One message went out and told that there is no room; the rest waits in the log.
    expect(sink.messages()).toHaveLength(3);
    sink.isFull = false;
    sink.drain();
    await script.complete();
    await shown;
    expect(sink.messages().map(({ id }) => id)).toEqual([
      ...Array.from({ length: 53 }, (_, at) => String(at + 1)),
      undefined,
    ]);
  });

  it('that goes away is let go', async () => {
    const { hub, script, settle } = given();
    await script.start();
    await script.begin();
    const sink = new TestSink();
    const shown = hub.view(runId, sink, { after: 0, live: true });
    await sink.saw('FlowStarted');
    sink.goAway();
    await shown;
    await script.schedule(0);
    await settle();
    expect(sink.messages()).toHaveLength(2);
    expect(hub.size).toBe(0);
  });

  it('hears that the connection lives', async () => {
    const { hub, script, settle } = given();
    await script.start();
    const sink = new TestSink();
    const shown = hub.view(runId, sink, { after: 0, live: true });
    await sink.saw('StartRequested');
    await settle();
    hub.beat();
    expect(sink.text).toMatch(/: heartbeat\n\n$/);
    await hub.beforeApplicationShutdown();
    await shown;
    expect(sink.ended).toBe(true);
  });

  it('is told of a halt as an end, and not when the run went on', async () => {
    const { hub, script } = given();
    const error = { code: 'x/y', message: 'stuck', disposition: 'halt' as const };
    await script.start();
    await script.begin();
    await script.decide({ type: 'RunHalted', reason: 'poison', error });
    const first = new TestSink();
    await hub.view(runId, first, { after: 0, live: true });
    expect(first.messages().at(-1)).toMatchObject({ event: 'end', data: { status: 'halted', error } });
    await script.schedule(0);
    const second = new TestSink();
    const shown = hub.view(runId, second, { after: 0, live: true });
    await second.saw('TaskScheduled');
    await script.complete();
    await shown;
    expect(second.messages().filter(({ event }) => event === 'end')).toHaveLength(1);
  });
});

describe('waiting for the end of a run', () => {
  it('ends with the run', async () => {
    const { hub, script } = given();
    await script.start();
    await script.begin();
    const end = hub.end(runId, new AbortController().signal);
    await script.complete();
    expect(await end).toMatchObject({ end: { status: 'completed' } });
    expect(await hub.end(runId, new AbortController().signal)).toMatchObject({
      end: { status: 'completed' },
    });
  });

  it('ends without it when the time is over, or the gateway stops', async () => {
    const { hub, script } = given();
    await script.start();
    expect(await hub.end(runId, AbortSignal.abort())).toEqual({ runId, end: undefined });
    const waiting = hub.end(runId, new AbortController().signal);
    await hub.beforeApplicationShutdown();
    expect(await waiting).toEqual({ runId, end: undefined });
  });
});
