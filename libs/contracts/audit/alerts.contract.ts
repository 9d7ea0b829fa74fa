import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageInput } from './page-input.js';

/** What a rule looks for. `late`: not begun in time; `slow`: not ended in time; `no-success`: none for so long. */
export const ALERT_KINDS = ['failed', 'halted', 'late', 'slow', 'no-success', 'log-filling'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
/** Kinds that are about a span of time. */
export const TIMED_KINDS: readonly AlertKind[] = ['late', 'slow', 'no-success'];

export const ALERT_CHANNELS = ['email', 'slack', 'webhook'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];
export const INCIDENT_STATES = ['open', 'resolved'] as const;

/** Where a rule tells of its incidents. */
export class AlertTargetDto {
  @IsIn(ALERT_CHANNELS)
  channel: AlertChannel;

  /** Of `email`: the address. */
  @ValidateIf(({ channel }: AlertTargetDto) => channel === 'email')
  @IsEmail({}, { message: 'target.to must be an address such as name@host, for the channel email' })
  to?: string;

  /** Of `slack` and `webhook`: which of the webhooks that are set up; OPS is ALERT_WEBHOOK_OPS. */
  @ValidateIf(({ channel }: AlertTargetDto) => channel !== 'email')
  @Matches(/^[A-Z][A-Z0-9_]{0,39}$/, {
    message:
      'target.webhook must be the name of a webhook such as OPS, which stands for the setting ALERT_WEBHOOK_OPS',
  })
  webhook?: string;
}

class AlertRuleFields {
  /** Known by it to people. */
  @IsString()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/, {
    message: 'name must be 1 to 80 letters, digits, spaces, . _ or -',
  })
  name: string;

  @IsIn(ALERT_KINDS)
  kind: AlertKind;

  /** Runs of this flow alone. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  flow?: string | null;

  /** Runs with this tag alone. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  tag?: string | null;

  /** Runs of this deployment alone. */
  @IsOptional()
  @IsString()
  @MaxLength(128)
  deploymentId?: string | null;

  /** Of `late`, `slow` and `no-success`: how long, in seconds. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  afterSeconds?: number | null;

  /** After a message, no other of this rule for so long, in seconds; 300 unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(604_800)
  throttleSeconds?: number;

  @ValidateNested()
  @Type(() => AlertTargetDto)
  target: AlertTargetDto;
}

export class CreateAlertInput extends AlertRuleFields {}

/** A rule over runs. Times are ISO 8601. */
export class AlertRuleDto extends AlertRuleFields {
  @IsString()
  id: string;

  /** Whose; it looks at this user's runs. Null: an administrator's, which looks at everybody's. */
  @IsOptional()
  @IsString()
  owner: string | null;

  @IsInt()
  openIncidents: number;

  @IsISO8601()
  createdAt: string;
}

export class AlertRefInput {
  @IsString()
  @MaxLength(64)
  alertId: string;
}

export class ListAlertsInput extends PageInput {}

export class ListAlertsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => AlertRuleDto)
  items: AlertRuleDto[];

  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

export class RemoveAlertOutput {
  @IsString()
  id: string;
}

export class TestAlertOutput {
  @IsBoolean()
  delivered: boolean;

  /** What the channel said, or why it did not take the message. */
  @IsString()
  message: string;
}

/** How the message about an incident's beginning, or its end, fared. */
export const MESSAGE_STATES = ['none', 'due', 'sending', 'sent', 'unknown', 'failed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export class IncidentDto {
  @IsString()
  id: string;

  @IsString()
  alertId: string;

  @IsString()
  alert: string;

  @IsIn(ALERT_KINDS)
  kind: AlertKind;

  /** What it is about: a run, a flow, or the log. */
  @IsString()
  subject: string;

  @IsString()
  text: string;

  @IsIn(INCIDENT_STATES)
  state: (typeof INCIDENT_STATES)[number];

  @IsISO8601()
  openedAt: string;

  @IsOptional()
  @IsISO8601()
  resolvedAt: string | null;

  @IsIn(MESSAGE_STATES)
  opening: MessageState;

  @IsIn(MESSAGE_STATES)
  recovery: MessageState;
}

export class ListIncidentsInput extends PageInput {
  /** What this rule has found. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  alertId?: string;

  /** Those that stand so. */
  @IsOptional()
  @IsIn(INCIDENT_STATES)
  state?: (typeof INCIDENT_STATES)[number];
}

export class ListIncidentsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => IncidentDto)
  items: IncidentDto[];

  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

const shared = {
  service: 'audit',
  category: 'audit',
  stage: 'observe',
  tags: ['audit', 'alerts'],
  permissions: ['alerts:read'],
  modelsIn: ['AlertRule', 'Incident'],
  createTaskrun: false,
  timeoutMs: 30_000,
} as const;
const changing = { ...shared, permissions: ['alerts:write'], modelsOut: ['AlertRule'] } as const;

export const ListAlerts = defineOperation({
  ...shared,
  name: 'list_alerts',
  description: 'List the rules that people are told by of runs that need them',
  input: ListAlertsInput,
  output: ListAlertsOutput,
});

export const GetAlert = defineOperation({
  ...shared,
  name: 'get_alert',
  description: 'Get one alert rule',
  input: AlertRefInput,
  output: AlertRuleDto,
});

export const CreateAlert = defineOperation({
  ...changing,
  name: 'create_alert',
  description: 'Create an alert rule, which looks at what happens from now on',
  input: CreateAlertInput,
  output: AlertRuleDto,
});

export const RemoveAlert = defineOperation({
  ...changing,
  name: 'remove_alert',
  description: 'Remove an alert rule; what it has told stays on record',
  input: AlertRefInput,
  output: RemoveAlertOutput,
});

export const TestAlert = defineOperation({
  ...changing,
  name: 'test_alert',
  description: 'Send a test message where an alert rule tells of its incidents',
  input: AlertRefInput,
  output: TestAlertOutput,
});

export const ListIncidents = defineOperation({
  ...shared,
  name: 'list_incidents',
  description: 'List what alert rules have found',
  input: ListIncidentsInput,
  output: ListIncidentsOutput,
});
