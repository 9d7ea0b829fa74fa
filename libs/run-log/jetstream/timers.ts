import { eventHeaders, encodeBody } from '../codec.js';
import type { FlowRunId, Millis } from '../ids.js';
import type { TraceContext } from '../run-log.js';
import { runSubjects } from '../subjects.js';
import { purgeRun } from './purge-run.js';
import type { Publisher } from './publisher.js';
import { scheduleHeaders } from './schedule.js';

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
          ...scheduleHeaders(runSubjects.request(runId, event.type), dueAt),
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
