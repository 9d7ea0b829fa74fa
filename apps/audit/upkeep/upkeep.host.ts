import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { observe } from '#libs/telemetry';
import { Alerts } from '../alerts/alerts.js';
import { alertSender } from '../alerts/send-alert.js';
import { Archiver } from '../archive/archiver.js';
import { RunArchive } from '../archive/run-archive.js';
import { AUDIT_PARTS } from '../audit.config.js';
import type { AuditParts } from '../audit.config.js';
import { AuditHost } from '../audit.host.js';
import { collectionsOf } from '../projection/collections.js';
import { logBytes, logLimit } from '../retention/figures.js';
import { LogPressure } from '../retention/log-pressure.js';
import { Retention } from '../retention/retention.js';
import { Lease } from './lease.js';
import { Rounds } from './rounds.js';

/** Much longer than a turn takes; a dead audit's work is taken over by then. */
const LEASE_MS = 120_000;

/** Ties what is done from time to time to the app's life. It begins once the log is folded. */
@Injectable()
export class UpkeepHost implements OnApplicationBootstrap, OnModuleDestroy {
  readonly archive: RunArchive;
  readonly pressure: LogPressure;
  readonly retention: Retention;
  readonly alerts: Alerts;
  private readonly rounds: readonly Rounds[];
  private unobserve = (): void => {};
  private closed = false;

  constructor(
    @InjectConnection() connection: Connection,
    @Inject(AUDIT_PARTS) parts: AuditParts,
    private readonly host: AuditHost,
  ) {
    const { log, clock, me, retention: settings } = parts;
    const collections = collectionsOf(connection);
    this.archive = new RunArchive(connection);
    const archiver = new Archiver({ log, archive: this.archive, collections });
    this.pressure = new LogPressure(() => log.storage(), settings.logLimitBytes);
    this.retention = new Retention({
      connection,
      collections,
      archive: this.archive,
      archiver,
      pressure: this.pressure,
      clock,
      settings,
    });
    this.alerts = new Alerts({
      connection,
      log,
      clock,
      pressure: this.pressure,
      send: alertSender(parts.alerts),
    });
    const { everyMs } = parts.alerts;
    this.rounds = [
      new Rounds({
        what: 'retention',
        lease: new Lease(connection, 'retention', me, LEASE_MS),
        clock,
        round: (signal) => this.retention.round(signal),
        otherwiseMs: settings.everyMs,
      }),
      new Rounds({
        what: 'alerts',
        lease: new Lease(connection, 'alerts', me, LEASE_MS),
        clock,
        round: async (signal) => {
          // Another process may see to retention, and look how full the log is.
          await this.pressure.look();
          await this.alerts.round(signal);
          return everyMs;
        },
        otherwiseMs: everyMs,
      }),
    ];
  }

  onApplicationBootstrap(): void {
    this.unobserve = observe((tell) => {
      const { last } = this.pressure;
      if (!last) return;
      tell(logBytes, last.bytes);
      if (last.limit !== undefined) tell(logLimit, last.limit);
    });
    void this.host.started.then(() => {
      if (!this.closed) for (const each of this.rounds) each.start();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    this.unobserve();
    await Promise.all(this.rounds.map((each) => each.close()));
  }
}
