import { FlowRegistry, flow } from '#libs/flows';
import { connectRunLog, type FlowRunId, type JetStreamRunLog, type RunEvent } from '#libs/run-log';
import { IsOptional, IsString } from 'class-validator';
import type { DeploymentInput } from './deployment.js';
import { DeploymentService } from './endpoint/deployment-service.js';
import { EventService } from './endpoint/event-service.js';
import { FiringDesk } from './firing/firing-desk.js';
import type { RightsOf } from './firing/rights-of.js';
import type { Wake } from './firing/wake.js';
import { DeploymentStore } from './store/deployment-store.js';
import { DeploymentView } from './store/deployment-view.js';
import { EventRouter } from './triggers/event-router.js';
import { EventStream } from './triggers/event-stream.js';

export class NoteInput {
  @IsOptional()
  @IsString()
  readonly text?: string;
}

/** Ends at once. */
export const quick = flow(
  { name: 'quick', aliases: ['swift'], description: 'Ends at once.', input: NoteInput },
  async ({ text }) => text ?? 'done',
);
/** Ends when it is told to. */
export const patient = flow(
  { name: 'patient', description: 'Waits to be told to end.', input: NoteInput },
  async (_input, ctx) => ctx.signal('end'),
);

export const registry = new FlowRegistry([quick, patient]);
export const owner = { userId: 'ann', channel: 'api' } as const;

/** Settable time. */
export class Clock {
  constructor(public now: number) {}
  set(iso: string): number {
    return (this.now = Date.parse(iso));
  }
  readonly read = (): number => this.now;
}

/** What one orchestrator has, with a clock of the test's and no reader: the test says when to wake. */
export interface Office {
  readonly log: JetStreamRunLog;
  readonly store: DeploymentStore;
  readonly view: DeploymentView;
  readonly desk: FiringDesk;
  readonly service: DeploymentService;
  readonly router: EventRouter;
  readonly events: EventService;
  close(): Promise<void>;
}

export interface OfficeOptions {
  readonly clock: Clock;
  readonly registry?: FlowRegistry;
  readonly rightsOf?: RightsOf;
  /** What the desk takes for the log and the store. */
  readonly over?: (parts: { log: JetStreamRunLog; store: DeploymentStore }) => {
    log: JetStreamRunLog;
    store: DeploymentStore;
  };
}

export async function openOffice(url: string, options: OfficeOptions): Promise<Office> {
  const { clock } = options;
  const log = await connectRunLog({ servers: url, name: 'office' });
  const store = new DeploymentStore(log);
  await store.setUp();
  const stream = new EventStream(store.publisher, 1);
  await stream.setUp();
  const view = await DeploymentView.open(log.connection, store);
  const seen = options.over?.({ log, store }) ?? { log, store };
  const rights = options.rightsOf ? { rightsOf: options.rightsOf } : {};
  const parts = { ...seen, view, registry: options.registry ?? registry, now: clock.read, ...rights };
  const desk = new FiringDesk(parts);
  const service = new DeploymentService({ ...parts, desk });
  const router = new EventRouter(parts);
  return {
    log,
    store,
    view,
    desk,
    service,
    router,
    events: new EventService({ ...parts, events: stream, router }),
    close: async () => {
      await desk.idle();
      await view.close();
      store.close();
      await log.close();
    },
  };
}

/** Lets a method throw until it is mended, before it does anything or after it has. */
export function failing<T extends object>(
  target: T,
  method: keyof T,
  when: 'before' | 'after',
): T & { mend(): void } {
  let broken = true;
  const inner = (target[method] as (...said: unknown[]) => Promise<unknown>).bind(target);
  const call = async (...said: unknown[]): Promise<unknown> => {
    if (!broken) return inner(...said);
    if (when === 'after') await inner(...said);
    throw new Error(`cut off ${when} ${String(method)}`);
  };
  return Object.create(target, {
    [method]: { value: call },
    mend: { value: () => void (broken = false) },
  }) as T & { mend(): void };
}

let lastSeq = 1_000_000;
/** A message that says that an instant has come; a new one each time. */
export const fire = (clock: Clock, over: Partial<Wake> = {}): Wake =>
  ({ kind: 'fire', seq: (lastSeq += 1), time: clock.now, deliveries: 1, ...over }) as Wake;
export const end = (clock: Clock, runId: FlowRunId): Wake => ({
  kind: 'ended',
  runId,
  seq: (lastSeq += 1),
  time: clock.now,
  deliveries: 1,
});

export const daily = (over: Partial<DeploymentInput> = {}): DeploymentInput => ({
  flow: 'quick',
  name: 'daily',
  schedule: { cron: '0 9 * * *' },
  ...over,
});

/** Every run that was started for a deployment, with how often. */
export async function startsOf(log: JetStreamRunLog, deploymentId: string): Promise<FlowRunId[]> {
  const found: FlowRunId[] = [];
  for await (const { event, runId } of log.readAll('RUN', 1 as never))
    if (event.type === 'StartRequested' && event.deploymentId === deploymentId) found.push(runId);
  return found;
}

/** Whether a run was told something. */
export async function wasTold(
  log: JetStreamRunLog,
  runId: FlowRunId,
  type: RunEvent['type'],
): Promise<number> {
  const { events } = await log.readRun(runId);
  return events.filter(({ event }) => event.type === type).length;
}

/** The messages that say that events have come which the deployment has not dealt with, one for each. */
export async function eventWakes(office: Office, clock: Clock, id: string): Promise<Wake[]> {
  const heard = (await office.store.read(id))?.state.heard ?? 0;
  const told = await office.store.readEvents(id, { after: heard, upTo: Infinity, most: 1_000 });
  return told.map(({ seq }) => ({ kind: 'event', seq, time: clock.now, deliveries: 1 }));
}
