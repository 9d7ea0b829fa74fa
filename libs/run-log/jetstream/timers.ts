import { eventHeaders, encodeBody } from '../codec.js';
import { BrokerHeader } from '../headers.js';
import type { FlowRunId, Millis } from '../ids.js';
import type { TraceContext } from '../run-log.js';
import { runSubjects } from '../subjects.js';
import { purgeRun } from './purge-run.js';
import type { Publisher } from './publisher.js';

/**
 * Keeps a run's timers with the broker as scheduled messages. A schedule only ever aims at the run's
 * `in.request.timer`, so none can move the fence. Source: NATS ADR-51.
 */
export class Timers {
  constructor(private readonly publisher: Publisher) {}

  async set(runId: FlowRunId, timerId: string, dueAt: Millis, trace?: TraceContext): Promise<void> {
    const event = { type: 'TimerFired', timerId } as const;
    await this.publisher.store(
      {
        subject: runSubjects.later(runId, timerId),
        headers: {
          ...eventHeaders(event, trace),
          [BrokerHeader.schedule]: `@at ${new Date(dueAt).toISOString()}`,
          [BrokerHeader.scheduleTarget]: runSubjects.request(runId, event.type),
          [BrokerHeader.rollup]: 'sub',
        },
        body: encodeBody(event),
      },
      'setting a timer',
    );
  }

  async clear(runId: FlowRunId, timerId?: string): Promise<void> {
    const filter = timerId === undefined ? runSubjects.laters(runId) : runSubjects.later(runId, timerId);
    await purgeRun(this.publisher, { filter }, 'clearing timers');
  }
}
