import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { AlertKind, AlertTargetDto, MessageState } from '#libs/contracts';
import { schemaOptions } from '#libs/mongo';
import { Mixed } from './mixed.js';

/** A rule over runs. */
@Schema(schemaOptions('alert_rules'))
export class AlertRuleRecord {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  name: string;

  @Prop({ type: String })
  kind: AlertKind;

  /** Null: an administrator's. */
  @Prop({ type: String })
  owner: string | null;

  @Prop({ type: String })
  flow: string | null;

  @Prop({ type: String })
  tag: string | null;

  @Prop({ type: String })
  deploymentId: string | null;

  @Prop({ type: Number })
  afterSeconds: number | null;

  @Prop({ type: Number })
  throttleSeconds: number;

  @Prop({ type: Mixed })
  target: AlertTargetDto;

  /** Ends of runs up to this instant of the log were looked at. */
  @Prop({ type: Date })
  lookedUntil: Date;

  /** When it last told of a new incident. */
  @Prop({ type: Date })
  toldAt: Date | null;

  @Prop({ type: Date, required: true })
  createdAt: Date;
}

export const AlertRuleSchema = SchemaFactory.createForClass(AlertRuleRecord);

AlertRuleSchema.index({ createdAt: 1, _id: 1 });
AlertRuleSchema.index({ owner: 1, createdAt: 1, _id: 1 });

/** A message about an incident on its way. */
export interface IncidentMessage {
  readonly state: MessageState;
  readonly tries: number;
  /** When to try next, or when whoever sends it is taken for dead. */
  readonly nextAt: Date | null;
  readonly said: string | null;
}

/** Something that a rule has found. There is one at a time of a rule about a subject. */
@Schema(schemaOptions('incidents'))
export class IncidentRecord {
  /** The rule, the subject, and the first run or instant of it: found again, it is the same. */
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String })
  alertId: string;

  @Prop({ type: String })
  alert: string;

  @Prop({ type: String })
  owner: string | null;

  @Prop({ type: String })
  kind: AlertKind;

  @Prop({ type: String })
  subject: string;

  @Prop({ type: String })
  text: string;

  @Prop({ type: Mixed })
  target: AlertTargetDto;

  @Prop({ type: String })
  state: 'open' | 'resolved';

  @Prop({ type: Date, required: true })
  openedAt: Date;

  @Prop({ type: Date })
  resolvedAt: Date | null;

  @Prop({ type: Mixed })
  opening: IncidentMessage;

  @Prop({ type: Mixed })
  recovery: IncidentMessage;
}

export const IncidentSchema = SchemaFactory.createForClass(IncidentRecord);

IncidentSchema.index({ openedAt: 1, _id: 1 });
IncidentSchema.index({ owner: 1, openedAt: 1, _id: 1 });
IncidentSchema.index({ alertId: 1, subject: 1, openedAt: 1 });
IncidentSchema.index({ alertId: 1, openedAt: 1, _id: 1 });
IncidentSchema.index({ alertId: 1, state: 1, subject: 1 });
IncidentSchema.index({ state: 1, openedAt: 1, _id: 1 });
IncidentSchema.index({ 'opening.state': 1, 'opening.nextAt': 1 });
IncidentSchema.index({ 'recovery.state': 1, 'recovery.nextAt': 1 });
