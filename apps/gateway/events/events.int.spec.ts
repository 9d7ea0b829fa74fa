import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRunLog, flowRunId, taskRunId } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { startGateway } from '../index.js';
import type { Gateway } from '../index.js';
import { EventStream } from '../testing/event-stream.js';
import { RunScript } from '../testing/run-script.js';

const { url: natsUrl } = testNats();
let log: JetStreamRunLog;
let gateway: Gateway;

beforeAll(async () => {
  log = await connectRunLog({ servers: natsUrl });
  gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } });
});

afterAll(async () => {
  await gateway.close();
  await log.close();
});

async function begunRun(id: string): Promise<RunScript> {
  const script = new RunScript(log, flowRunId(id));
  await script.start();
  await script.begin();
  return script;
}

const eventsOf = (id: string): string => `${gateway.url}/flow-runs/${id}/events`;
const open = (id: string, headers: Record<string, string> = {}): Promise<EventStream> =>
  EventStream.open(eventsOf(id), headers);

describe('the events of a run', () => {
  it('come from the beginning, then live, then end', async () => {
    const script = await begunRun('whole');
    const stream = await open('whole');
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    const [start] = await stream.until('FlowStarted');
    expect(JSON.parse(start?.data ?? '')).toMatchObject({
      runId: 'whole',
      seq: Number(start?.id),
      event: { type: 'StartRequested', flow: 'song' },
    });
    await script.schedule(0);
    await stream.until('TaskScheduled');
    log.publishLive(flowRunId('whole'), { type: 'TaskProgressed', taskRunId: taskRunId('task-0'), done: 1 });
    const [progress] = await stream.until('TaskProgressed');
    expect(progress?.id).toBeUndefined();
    await script.succeed(0);
    await script.complete();
    const rest = await stream.until('end');
    expect(rest.map(({ event }) => event)).toEqual(['TaskFinished', 'FlowCompleted', 'end']);
    expect(await stream.next()).toBeUndefined();
  });

  it('resume exactly behind Last-Event-ID', async () => {
    const script = await begunRun('resumed');
    const first = await open('resumed');
    const last = (await first.until('FlowStarted')).at(-1)?.id ?? '';
    await first.close();
    await script.schedule(0);
    await script.succeed(0);
    await script.complete();
    const second = await open('resumed', { 'last-event-id': last });
    expect((await second.until('end')).map(({ event }) => event)).toEqual([
      'TaskScheduled',
      'TaskFinished',
      'FlowCompleted',
      'end',
    ]);
  });

  it('reach many viewers, each its own run', async () => {
    const [a, b] = await Promise.all([begunRun('many-a'), begunRun('many-b')]);
    const viewers = await Promise.all(['many-a', 'many-a', 'many-b'].map((id) => open(id)));
    await Promise.all(viewers.map((viewer) => viewer.until('FlowStarted')));
    await Promise.all([a.complete('a'), b.complete('b')]);
    const ends = await Promise.all(viewers.map((viewer) => viewer.until('end')));
    expect(ends.map((seen) => (JSON.parse(seen.at(-1)?.data ?? '') as { result: string }).result)).toEqual([
      'a',
      'a',
      'b',
    ]);
  });

  it.each(['-1', 'abc', '99999999'])('are not resumed behind %s', async (lastEventId) => {
    const response = await fetch(eventsOf('resumed'), { headers: { 'last-event-id': lastEventId } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'gateway/bad-header',
      errors: [{ field: 'Last-Event-ID', value: lastEventId }],
    });
  });

  it('have nothing to read for HEAD', async () => {
    const response = await fetch(eventsOf('resumed'), { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
  });

  it('do not keep the gateway from closing', async () => {
    await begunRun('open-end');
    const other = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: 'off' } });
    const stream = await EventStream.open(`${other.url}/flow-runs/open-end/events`);
    await stream.until('FlowStarted');
    await other.close();
    expect(await stream.next()).toBeUndefined();
  });
});
