import { openConnection } from '#libs/mongo';
import type { OpenConnection } from '#libs/mongo';
import { connectRunLog, flowRunId, streamSeq } from '#libs/run-log';
import type { JetStreamRunLog, RunHistory, StartRequested } from '#libs/run-log';
import { partitionOf } from '#libs/run-log';
import {
  approvalRequested,
  artifact,
  done,
  finished,
  flowStarted,
  scheduled,
  startRequested,
} from '#libs/run-records/testing';
import { virtualClock } from '#libs/testing';
import type { VirtualClock } from '#libs/testing';
import { collectionsOf } from '../projection/collections.js';
import type { Collections } from '../projection/collections.js';
import { Projections } from '../projection/projections.js';
import { Tally } from '../projection/tally.js';
import { MODELS } from '../records/models.js';
import { LogPressure } from '../retention/log-pressure.js';
import { Retention } from '../retention/retention.js';
import { RETENTION } from '../retention/retention-settings.js';
import type { RetentionSettings } from '../retention/retention-settings.js';
import { Archiver } from './archiver.js';
import type { ArchivedLog } from './archiver.js';
import { RunArchive } from './run-archive.js';

const quiet = { info: () => undefined, warn: () => undefined };
const DAY_MS = 86_400_000;
const COMPLETED = { type: 'FlowCompleted', result: { ok: true } } as const;

/** An audit's upkeep over a real log and a real database, in a time well after everything in the log. */
export class Archive {
  readonly partitions = new Set<number>();

  private constructor(
    readonly log: JetStreamRunLog,
    readonly open: OpenConnection,
    readonly clock: VirtualClock,
    readonly projections: Projections,
  ) {}

  static async over(natsUrl: string, mongoUri: string): Promise<Archive> {
    const log = await connectRunLog({ servers: natsUrl, name: 'spec', leaseMs: 1_000 });
    const open = openConnection({ uri: mongoUri, appName: 'spec', serverSelectionTimeoutMS: 500 }, quiet);
    await open.keeper.connected;
    const { connection } = open;
    for (const { name, schema } of MODELS) if (!connection.models[name]) connection.model(name, schema);
    const clock = virtualClock(Date.now() + 31 * DAY_MS);
    const projections = new Projections({
      connection,
      log,
      clock,
      tally: new Tally(),
      me: 'spec',
      lostEveryMs: 1e9,
    });
    await projections.start(quiet);
    return new Archive(log, open, clock, projections);
  }

  get collections(): Collections {
    return collectionsOf(this.open.connection);
  }

  get archive(): RunArchive {
    return new RunArchive(this.open.connection);
  }

  archiver(log: ArchivedLog = this.log, archive: RunArchive = this.archive): Archiver {
    return new Archiver({ log, archive, collections: this.collections });
  }

  retention(settings: Partial<RetentionSettings> = {}, archiver = this.archiver()): Retention {
    const { open, collections, archive, clock, log } = this;
    return new Retention({
      connection: open.connection,
      collections,
      archive,
      archiver,
      clock,
      pressure: new LogPressure(() => log.storage(), undefined),
      settings: { ...RETENTION, ...settings },
    });
  }

  /** Runs ended before it are due. */
  get due(): number {
    return this.clock.now() - 30 * DAY_MS;
  }

  /** A run with a retried task, an artifact and a question, folded and settled. Gives its history. */
  async happen(run: string, start: Partial<StartRequested> = {}, input: unknown = {}): Promise<RunHistory> {
    const id = flowRunId(run);
    await this.begin(run, start);
    const task = scheduled(`${run}-t1`, { input });
    const decided = await this.log.decide(id, streamSeq(0), [
      flowStarted,
      task,
      artifact(2),
      approvalRequested(3),
    ]);
    await this.log.outcome(id, finished(`${run}-t1`, done));
    await this.log.decide(id, decided, [COMPLETED]);
    return this.settled(run);
  }

  async begin(run: string, start: Partial<StartRequested> = {}): Promise<void> {
    await this.log.start(flowRunId(run), startRequested(start));
  }

  /** Takes every trigger of the run's partition, as an orchestrator does that has nothing more to do. */
  async settled(run: string): Promise<RunHistory> {
    const id = flowRunId(run);
    const history = await this.log.readRun(id);
    if (!this.partitions.has(partitionOf(id))) {
      this.partitions.add(partitionOf(id));
      await this.log.orchestrate(partitionOf(id), (delivery) => delivery.ack());
    }
    while (!(await this.log.isSettled(id, history.last)));
    await this.projections.runs.reaches(history.last);
    return history;
  }

  async close(): Promise<void> {
    await this.projections.close();
    await this.open.keeper.stop();
    await this.log.close();
  }
}
