import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { memoryBuckets } from '#libs/key-values';
import { currentTrace, plannedSpan, startTelemetry, taskSpanKey } from '#libs/telemetry';
import type { Telemetry } from '#libs/telemetry';
import { DirectCalls } from './direct-calls.js';
import { Cancellations } from './cancellations.js';
import { defineOperation } from './contract.js';
import { Heartbeat } from './heartbeat.js';
import { KeptResults } from './kept/kept-results.js';
import { LocalOperations } from './local-operations.js';
import { OperationClient } from './operation-client.js';
import type { OperationRun } from './operation-run.js';
import { Runner } from './runner.js';
import { TaskWorker } from './task-worker.js';
import { memoryAdmissions } from './testing/memory-admissions.js';
import { RecordingLog } from './testing/recording-log.js';
import { Send, SendInput, goodInput, taskOf } from './testing/sample-contracts.js';
import { SilentLogger } from './testing/silent-logger.js';

const Inner = defineOperation({ ...Send, name: 'inner' });
const sent = { success: true, parcelIds: [] };
const traceId = '0af7651916cd43dd8448eb211c80319c';
const cause = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };

let exporter: InMemorySpanExporter;
let telemetry: Telemetry;
let log: RecordingLog;
let worker: TaskWorker;

beforeEach(async () => {
  exporter = new InMemorySpanExporter();
  telemetry = await startTelemetry({ service: 'post', exporter });
  log = new RecordingLog();
  const local = new LocalOperations();
  const runner = new Runner({
    authorize: () => true,
    stopGraceMs: 100,
    logger: new SilentLogger(),
    surroundings: {
      callFrom: (...args) => client.callFrom(...args),
      publishLive: () => undefined,
    },
  });
  const client: OperationClient = new OperationClient({
    nats: {} as never, // everything these tests call is hosted here
    log: { readAll: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error()) }) }) },
    local: {
      operations: local,
      calls: new DirectCalls(log, runner, 'post@here', 'post', memoryAdmissions(runner)),
    },
  });
  local.host(Inner, () => sent);
  worker = new TaskWorker({
    log,
    runner,
    cancellations: new Cancellations(),
    admissions: memoryAdmissions(runner),
    kept: new KeptResults(memoryBuckets(), new SilentLogger()),
    heartbeat: new Heartbeat(30_000, () => Promise.resolve()),
    service: 'post',
    by: 'post@here',
    deliveryLimit: 5,
    ackWaitMs: 30_000,
  });
});
afterEach(() => telemetry.shutdown());

const span = (name: string) => exporter.getFinishedSpans().find((one) => one.name === name);

describe('the trace of a task', () => {
  it('goes from its task through the operation and its nested call into what they store', async () => {
    let active = '';
    await worker.handle(
      Send,
      async (_input, run) => {
        active = currentTrace().traceparent ?? '';
        await (run as OperationRun).call(Inner, Object.assign(new SendInput(), goodInput));
        return sent;
      },
      log.delivery(taskOf(Send), { trace: cause }),
    );
    const outer = span('operation send_parcel');
    const inner = span('operation inner');
    const task = plannedSpan(cause, taskSpanKey('task-1')).traceparent;
    expect(task).toContain(outer?.parentSpanContext?.spanId);
    expect(outer?.spanContext().traceId).toBe(traceId);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(active).toContain(outer?.spanContext().spanId);
    const stored = log.traces.map((trace) => trace?.traceparent?.split('-').slice(1, 3));
    expect(stored).toEqual([
      [traceId, inner?.spanContext().spanId],
      [traceId, inner?.spanContext().spanId],
      [traceId, outer?.spanContext().spanId],
    ]);
  });

  it('shows a failure', async () => {
    await worker.handle(
      Send,
      () => Promise.reject(new Error('no stamps')),
      log.delivery(taskOf(Send), { trace: cause }),
    );
    expect(span('operation send_parcel')?.status).toMatchObject({ message: 'no stamps' });
  });
});
