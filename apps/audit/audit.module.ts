import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { MongoModule } from '#libs/mongo';
import { AnalyticsQuery } from './analytics/analytics.query.js';
import { TrendQuery } from './analytics/trend.query.js';
import { ArchiveQuery } from './archive/archive.query.js';
import { AUDIT_PARTS } from './audit.config.js';
import type { AuditParts } from './audit.config.js';
import { AuditHost } from './audit.host.js';
import { AuditOperations } from './audit.operations.js';
import { DeadLettersQuery } from './dead-letters/dead-letters.query.js';
import { LineageQuery } from './lineage/lineage.query.js';
import { ApprovalsQuery } from './queries/approvals.query.js';
import { ArtifactsQuery } from './queries/artifacts.query.js';
import { FlowRunsQuery } from './queries/flow-runs.query.js';
import { TaskLogsQuery } from './queries/task-logs.query.js';
import { TaskRunsQuery } from './queries/task-runs.query.js';
import { MODELS } from './records/models.js';
import { UpkeepHost } from './upkeep/upkeep.host.js';
import { UpkeepOperations } from './upkeep/upkeep.operations.js';

@Module({})
export class AuditModule {
  static register(mongoUri: string, parts: AuditParts): DynamicModule {
    return {
      module: AuditModule,
      imports: [MongoModule.forRoot({ uri: mongoUri, appName: 'audit' }), MongooseModule.forFeature(MODELS)],
      controllers: [AuditOperations, UpkeepOperations],
      providers: [
        { provide: AUDIT_PARTS, useValue: parts },
        AuditHost,
        FlowRunsQuery,
        TaskRunsQuery,
        TaskLogsQuery,
        ArtifactsQuery,
        ApprovalsQuery,
        AnalyticsQuery,
        TrendQuery,
        UpkeepHost,
        ArchiveQuery,
        DeadLettersQuery,
        LineageQuery,
      ],
    };
  }
}
