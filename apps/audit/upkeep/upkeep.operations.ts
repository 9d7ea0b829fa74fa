import { Controller, Inject } from '@nestjs/common';
import {
  CreateAlert,
  DocumentLineage,
  GetAlert,
  ListAlerts,
  ListIncidents,
  RemoveAlert,
  TestAlert,
  GetArchivedRun,
  GetDeadLetter,
  GetLogStorage,
  GetRebuild,
  ListDeadLetters,
  RunLineage,
  scopeOf,
  SettleDeadLetter,
  StartRebuild,
} from '#libs/contracts';
import type {
  AlertRefInput,
  CreateAlertInput,
  DocumentLineageInput,
  ListAlertsInput,
  ListIncidentsInput,
  GetArchivedRunInput,
  GetDeadLetterInput,
  GetLogStorageInput,
  GetRebuildInput,
  ListDeadLettersInput,
  RunLineageInput,
  SettleDeadLetterInput,
  StartRebuildInput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import { ArchiveQuery } from '../archive/archive.query.js';
import { AUDIT_PARTS } from '../audit.config.js';
import type { AuditParts } from '../audit.config.js';
import { AuditHost } from '../audit.host.js';
import { DeadLettersQuery } from '../dead-letters/dead-letters.query.js';
import { LineageQuery } from '../lineage/lineage.query.js';
import { UpkeepHost } from './upkeep.host.js';
import { NotAllowedError } from '../queries/errors.js';

/** What is asked of archive, dead letters and lineage. Every read is scoped by who asks. */
@Controller()
export class UpkeepOperations {
  constructor(
    private readonly host: AuditHost,
    private readonly archive: ArchiveQuery,
    private readonly deadLetters: DeadLettersQuery,
    private readonly lineage: LineageQuery,
    private readonly upkeep: UpkeepHost,
    @Inject(AUDIT_PARTS) private readonly parts: AuditParts,
  ) {}

  @Operation(StartRebuild)
  startRebuild(_input: StartRebuildInput, run: OperationRun) {
    forAdministrators(run.actor, 'rebuild the audit');
    return this.host.startRebuild();
  }

  @Operation(GetRebuild)
  getRebuild(_input: GetRebuildInput, run: OperationRun) {
    forAdministrators(run.actor, 'see how a rebuild stands');
    return this.host.rebuildState();
  }

  @Operation(GetArchivedRun)
  getArchivedRun(input: GetArchivedRunInput, run: OperationRun) {
    return this.archive.get(input, run.actor);
  }

  @Operation(GetLogStorage)
  getLogStorage(_input: GetLogStorageInput, run: OperationRun) {
    forAdministrators(run.actor, 'see how full the log is');
    return this.archive.storage();
  }

  @Operation(ListDeadLetters)
  listDeadLetters(input: ListDeadLettersInput, run: OperationRun) {
    return this.deadLetters.list(input, run.actor);
  }

  @Operation(GetDeadLetter)
  getDeadLetter(input: GetDeadLetterInput, run: OperationRun) {
    return this.deadLetters.get(input.deadLetterId, run.actor);
  }

  @Operation(SettleDeadLetter)
  settleDeadLetter(input: SettleDeadLetterInput, run: OperationRun) {
    return this.deadLetters.settle(input, run.actor, this.parts.clock.now());
  }

  @Operation(RunLineage)
  runLineage(input: RunLineageInput, run: OperationRun) {
    return this.lineage.ofRun(input, run.actor);
  }

  @Operation(DocumentLineage)
  documentLineage(input: DocumentLineageInput, run: OperationRun) {
    return this.lineage.ofDocument(input, run.actor);
  }

  @Operation(ListAlerts)
  listAlerts(input: ListAlertsInput, run: OperationRun) {
    return this.upkeep.alerts.list(input, run.actor);
  }

  @Operation(GetAlert)
  getAlert(input: AlertRefInput, run: OperationRun) {
    return this.upkeep.alerts.get(input.alertId, run.actor);
  }

  @Operation(CreateAlert)
  createAlert(input: CreateAlertInput, run: OperationRun) {
    return this.upkeep.alerts.create(input, run.actor);
  }

  @Operation(RemoveAlert)
  removeAlert(input: AlertRefInput, run: OperationRun) {
    return this.upkeep.alerts.remove(input.alertId, run.actor);
  }

  @Operation(TestAlert)
  testAlert(input: AlertRefInput, run: OperationRun) {
    return this.upkeep.alerts.test(input.alertId, run.actor);
  }

  @Operation(ListIncidents)
  listIncidents(input: ListIncidentsInput, run: OperationRun) {
    return this.upkeep.alerts.listIncidents(input, run.actor);
  }
}

/** Throws NotAllowedError. */
function forAdministrators(actor: Actor, what: string): void {
  if (scopeOf(actor) !== undefined) throw new NotAllowedError(`only an administrator may ${what}`);
}
