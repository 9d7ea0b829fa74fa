import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { asCallersSee, MongoKeeper } from '#libs/mongo';
import type { RebuildAuditOutput, RebuildStateDto } from '#libs/contracts';
import { AUDIT_PARTS } from './audit.config.js';
import type { AuditParts } from './audit.config.js';
import { countOpenRuns } from './figures/record-figures.js';
import type { OpenRuns } from './figures/record-figures.js';
import { collectionsOf } from './projection/collections.js';
import { Projections } from './projection/projections.js';
import type { RebuildProgress } from './rebuild/rebuild-progress.js';
import { Rebuilds } from './rebuild/rebuilds.js';

const RETRY_MS = 2_000;

/** Ties the projections to the app's life. They begin as soon as the database is there; the app does not wait. */
@Injectable()
export class AuditHost implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Audit');
  private readonly projections: Projections;
  private readonly stopping = new AbortController();
  private starting: Promise<void> = Promise.resolve();
  private readonly rebuilds: Rebuilds;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(AUDIT_PARTS) private readonly parts: AuditParts,
    private readonly mongo: MongoKeeper,
  ) {
    this.projections = new Projections({ ...parts, connection });
    this.rebuilds = new Rebuilds(connection, parts.clock, parts.me);
  }

  /** Resolves when the projections follow their streams, or the app ends before. */
  get started(): Promise<void> {
    return this.starting;
  }

  /** Why the log is not folded, in a sentence; undefined where it is. */
  get trouble(): string | undefined {
    return this.projections.trouble;
  }

  /** How its streams stand. */
  get streams(): Pick<Projections, 'runs' | 'calls' | 'live'> {
    return this.projections;
  }

  /** Counts the flow runs that have not ended. Throws what the database does. */
  countOpenRuns(): Promise<OpenRuns> {
    return countOpenRuns(collectionsOf(this.connection));
  }

  /** Resolves when the events at these sequences are in the database. */
  async reaches({ RUN = 0, CALLS = 0 }: { readonly RUN?: number; readonly CALLS?: number }): Promise<void> {
    await Promise.all([this.projections.runs.reaches(RUN), this.projections.calls.reaches(CALLS)]);
  }

  onApplicationBootstrap(): void {
    this.starting = this.begin();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.projections.close();
    // A start that waits for the database ends with the connection.
  }

  /** Throws RebuildRunningError. */
  rebuild(begun?: () => void): Promise<RebuildAuditOutput> {
    return this.rebuilds.run((onProgress) => this.rebuildNow(onProgress), begun);
  }

  /** Begins a rebuild, which goes on by itself. Throws RebuildRunningError. */
  async startRebuild(): Promise<RebuildStateDto> {
    await new Promise<void>((resolve, reject) => {
      this.rebuild(resolve).catch((error: unknown) => {
        this.logger.error(`rebuilding failed: ${String(error)}; the old records are in place`);
        // Nobody waits for it any more, unless it never began.
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
    return this.rebuilds.state();
  }

  rebuildState(): Promise<RebuildStateDto> {
    return this.rebuilds.state();
  }

  private async rebuildNow(onProgress: (progress: RebuildProgress) => void): Promise<RebuildAuditOutput> {
    const begun = performance.now();
    const { ends: _, ...rebuilt } = await this.projections.rebuild(onProgress);
    const durationMs = Math.round(performance.now() - begun);
    this.logger.log(
      `rebuilt ${rebuilt.taskRuns} task runs and ${rebuilt.flowRuns} flow runs with ${rebuilt.artifacts} artifacts ` +
        `and ${rebuilt.approvals} approvals out of ${rebuilt.events} events in ${durationMs} ms`,
    );
    return { ...rebuilt, durationMs };
  }

  private async begin(): Promise<void> {
    const log = {
      info: (line: string) => this.logger.log(line),
      warn: (line: string) => this.logger.warn(line),
    };
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.mongo.connected;
        await this.projections.start(log);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.logger.warn(`cannot fold yet: ${String(asCallersSee(error))}; trying again`);
        await this.parts.clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  }
}
