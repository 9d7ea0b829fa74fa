import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { FlowRegistry, flow } from '#libs/flows';
import { createMemoryRunLog, flowRunId } from '#libs/run-log';
import type { TraceContext } from '#libs/run-log';
import { startTelemetry, traceIdOf } from '#libs/telemetry';
import type { Telemetry } from '#libs/telemetry';
import { beginRun } from './begin-run.js';

class Anything {}
const tidy = flow({ name: 'tidy', description: 'Tidies', input: Anything }, async () => ({}));
const registry = new FlowRegistry([tidy]);
const actor = { userId: 'anna', channel: 'schedule' } as const;
const runId = flowRunId('run-1');

let telemetry: Telemetry | undefined;
afterEach(async () => {
  await telemetry?.shutdown();
  telemetry = undefined;
});

async function begun(trace?: TraceContext): Promise<TraceContext> {
  const log = createMemoryRunLog();
  const spec = { flow: 'tidy', parameters: {}, tags: [], flags: {} };
  await beginRun(log, registry, { id: 'd1', spec, runId, actor, ...(trace ? { trace } : {}) });
  const { events } = await log.readRun(runId);
  await log.close();
  return events[0]?.trace ?? {};
}

describe('the trace of a firing', () => {
  it('begins with it and goes on in the run, where the clock fired', async () => {
    const exporter = new InMemorySpanExporter();
    telemetry = await startTelemetry({ service: 'orchestrator', exporter });
    const { traceparent } = await begun();
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      name: 'fire tidy',
      attributes: { 'deployment.id': 'd1', 'flow.run.id': runId },
    });
    expect(span?.parentSpanContext).toBeUndefined();
    expect(traceparent).toBe(`00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-01`);
  });

  it('is that of whoever asked, where somebody did', async () => {
    const exporter = new InMemorySpanExporter();
    telemetry = await startTelemetry({ service: 'orchestrator', exporter });
    const asked = { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` };
    expect(traceIdOf(await begun(asked))).toBe('ab'.repeat(16));
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe('cd'.repeat(8));
  });

  it('is made up where nothing is traced, so that the records of a run share one', async () => {
    expect(traceIdOf(await begun())).toMatch(/^[0-9a-f]{32}$/);
  });
});
