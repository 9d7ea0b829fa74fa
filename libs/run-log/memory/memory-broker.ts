import type { BodyStore } from '../claim-check.js';
import type { FlowRunId } from '../ids.js';
import type { StreamName } from '../run-log.js';
import { runSubjects } from '../subjects.js';
import type { Outgoing } from '../envelopes.js';
import type { Clock } from './clock.js';
import { MemoryDurable } from './memory-durable.js';
import { MemoryMembers } from './memory-members.js';
import { MemoryStream } from './memory-stream.js';

/** What all handles on one in-memory log share, as processes share a broker. */
export class MemoryBroker {
  readonly streams: { readonly [S in StreamName]: MemoryStream };
  readonly bodies: BodyStore;
  /** Who shares the partitions. */
  readonly members = new MemoryMembers();
  private readonly durables = new Map<string, MemoryDurable>();
  private readonly projectors = new Map<string, { floor: number; turn: Promise<void> }>();

  constructor(
    readonly clock: Clock,
    epoch: string,
  ) {
    this.streams = {
      RUN: new MemoryStream('RUN', epoch, clock),
      CALLS: new MemoryStream('CALLS', epoch, clock),
      LIVE: new MemoryStream('LIVE', epoch, clock),
    };
    const objects = new Map<string, Uint8Array>();
    this.bodies = {
      put: async (name, body) => void objects.set(name, body),
      get: async (name) => objects.get(name),
      delete: async (name) => void objects.delete(name),
    };
  }

  /** Makes a durable over RUN where it is missing, and brings its limits up to date. */
  durable(name: string, filter: string, ackWaitMs: number, maxAckPending: number): MemoryDurable {
    let durable = this.durables.get(name);
    if (!durable) {
      durable = new MemoryDurable(this.streams.RUN, this.clock, filter, ackWaitMs, maxAckPending);
      this.durables.set(name, durable);
    }
    durable.ackWaitMs = ackWaitMs;
    durable.maxAckPending = maxAckPending;
    return durable;
  }

  /** How far a named projector has come, and whose turn it is. */
  projector(name: string): { floor: number; turn: Promise<void> } {
    const known = this.projectors.get(name) ?? { floor: 0, turn: Promise.resolve() };
    this.projectors.set(name, known);
    return known;
  }

  /** Keeps a message back until it is due, then appends it under `target`; a later one under its subject replaces it. */
  schedule(message: Outgoing, target: string, dueAt: number): void {
    const { RUN } = this.streams;
    RUN.purge(message.subject);
    RUN.append(message);
    const waiting = RUN.last(message.subject);
    const fire = (): void => {
      if (!waiting || !RUN.has(waiting)) return;
      RUN.purge(waiting.subject);
      RUN.append({ ...message, subject: target });
    };
    const ms = dueAt - this.clock.now();
    if (ms <= 0) queueMicrotask(fire);
    else this.clock.after(ms, fire);
  }

  unschedule(runId: FlowRunId, timerId?: string): void {
    this.streams.RUN.purge(
      timerId === undefined ? runSubjects.laters(runId) : runSubjects.later(runId, timerId),
    );
  }
}
