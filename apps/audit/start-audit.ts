import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { AUDIT_CONTRACTS } from '#libs/contracts';
import { databaseChecks } from '#libs/mongo';
import { countReaderTrouble, startService } from '#libs/operations';
import type { Checks } from '#libs/telemetry';
import { connectRunLog } from '#libs/run-log';
import { ALERTS } from './alerts/alert-settings.js';
import { AuditHost } from './audit.host.js';
import { AuditModule } from './audit.module.js';
import type { AuditConfig } from './audit.config.js';
import { observeAudit } from './figures/observe-audit.js';
import { systemClock } from './projection/clock.js';
import { Tally } from './projection/tally.js';
import type { Tallies } from './projection/tally.js';
import { RETENTION } from './retention/retention-settings.js';

const LOST_EVERY_MS = 5_000;

export interface RunningAudit {
  /** What could not be done as it should, counted. */
  readonly tallies: Readonly<Tallies>;
  /** Resolves when the streams are followed. While the database is away that may be long after the start. */
  readonly folding: Promise<void>;
  /** Resolves when the events at these sequences are in the database. */
  reaches(ends: { readonly RUN?: number; readonly CALLS?: number }): Promise<void>;
  readonly checks: Checks;
  close(): Promise<void>;
}

/** Starts the audit; resolves once it answers. It folds as soon as the database is there. */
export async function startAudit(config: AuditConfig): Promise<RunningAudit> {
  const tally = new Tally();
  const log = await connectRunLog({
    servers: config.natsUrl,
    name: 'audit',
    ...(config.access ? { access: config.access } : {}),
    ...(config.replicas === undefined ? {} : { replicas: config.replicas }),
    onUndecodable: ({ position, error }) => tally.undecodable(position, error),
    onReaderTrouble: (reader, error) => {
      countReaderTrouble(reader);
      tally.trouble(reader, error);
    },
  });
  try {
    const module = AuditModule.register(config.mongoUri, {
      log,
      tally,
      clock: config.clock ?? systemClock,
      me: `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
      lostEveryMs: config.lostEveryMs ?? LOST_EVERY_MS,
      retention: config.retention ?? RETENTION,
      alerts: config.alerts ?? ALERTS,
    });
    const service = await startService({
      service: 'audit',
      module,
      contracts: AUDIT_CONTRACTS,
      nats: log,
      checks: (app) => ({ ...databaseChecks(app), folding: () => app.get(AuditHost).trouble }),
      ...(config.graceMs === undefined ? {} : { graceMs: config.graceMs }),
      ...(config.ackWaitMs === undefined ? {} : { ackWaitMs: config.ackWaitMs }),
    });
    const host = service.app.get(AuditHost);
    const { clock = systemClock } = config;
    const unobserve = observeAudit({ log, host, tallies: tally.counts, clock });
    return {
      tallies: tally.counts,
      folding: host.started,
      reaches: (ends) => host.reaches(ends),
      checks: service.checks,
      async close() {
        unobserve();
        await service.close();
        await log.close();
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}
