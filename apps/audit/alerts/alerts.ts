import { randomUUID } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import { Logger } from '@nestjs/common';
import type {
  AlertRuleDto,
  CreateAlertInput,
  IncidentDto,
  ListAlertsInput,
  ListIncidentsInput,
  TestAlertOutput,
} from '#libs/contracts';
import { scopeOf, TIMED_KINDS } from '#libs/contracts';
import { isUnavailable, readPage } from '#libs/mongo';
import type { Actor, JetStreamRunLog } from '#libs/run-log';
import type { Clock } from '../projection/clock.js';
import { collectionsOf } from '../projection/collections.js';
import type { Collections } from '../projection/collections.js';
import { PROJECTION } from '../projection/names.js';
import { BadQueryError, NotAllowedError, RecordNotFoundError } from '../queries/errors.js';
import { AlertRuleRecord, IncidentRecord } from '../records/alert.record.js';
import type { LogPressure } from '../retention/log-pressure.js';
import { Deliveries } from './deliveries.js';
import { evaluate } from './evaluate.js';
import { Incidents } from './incidents.js';
import type { SendAlert } from './send-alert.js';

export interface AlertsParts {
  readonly connection: Connection;
  readonly log: Pick<JetStreamRunLog, 'info'>;
  readonly clock: Clock;
  readonly pressure: LogPressure;
  readonly send: SendAlert;
}

const THROTTLE_SECONDS = 300;
/** A person has so many rules at most: each is looked at every few seconds. */
const MOST_RULES = 100;

/** Tells people of runs that need them: rules, what they have found, and what was told. */
export class Alerts {
  private readonly rules: mongo.Collection<AlertRuleRecord>;
  private readonly incidents: Incidents;
  private readonly deliveries: Deliveries;
  private readonly collections: Collections;
  private readonly logger = new Logger('Audit');

  constructor(private readonly parts: AlertsParts) {
    const { connection, send, clock } = parts;
    this.rules = connection.collection<AlertRuleRecord>('alert_rules');
    this.incidents = new Incidents(connection);
    this.deliveries = new Deliveries(this.incidents, this.rules, send, clock);
    this.collections = collectionsOf(connection);
  }

  /** Looks at every rule once, and sends what is due. A rule that cannot be looked at does not keep others from it. */
  async round(signal?: AbortSignal): Promise<void> {
    const { clock, pressure } = this.parts;
    const { collections, incidents, rules } = this;
    const until = await this.knownUntil();
    const parts = { collections, incidents, rules, pressure: () => pressure.last };
    for (const { _id } of await rules.find({}, { projection: { _id: 1 } }).toArray()) {
      if (signal?.aborted) return;
      // It may have been removed, or have come further, while others were looked at.
      const rule = await rules.findOne({ _id });
      if (!rule) continue;
      try {
        await evaluate(rule, parts, { now: clock.now(), until });
      } catch (error) {
        if (isUnavailable(error)) throw error;
        this.logger.error(`the alert ${rule.name} (${_id}) cannot be looked at: ${String(error)}`);
      }
    }
    await this.deliveries.sendDue(signal);
  }

  async create(input: CreateAlertInput, actor: Actor): Promise<AlertRuleDto> {
    const { kind, afterSeconds } = input;
    const isTimed = TIMED_KINDS.includes(kind);
    if (isTimed && (afterSeconds === undefined || afterSeconds === null))
      throw new BadQueryError('afterSeconds', afterSeconds, `must be given for the kind ${kind}`);
    if (!isTimed && afterSeconds !== undefined && afterSeconds !== null)
      throw new BadQueryError('afterSeconds', afterSeconds, `means nothing for the kind ${kind}`);
    const owner = scopeOf(actor) ?? null;
    if (kind === 'log-filling' && owner !== null)
      throw new NotAllowedError('only an administrator may have an alert about the log');
    if ((await this.rules.countDocuments({ owner })) >= MOST_RULES)
      throw new BadQueryError('name', input.name, `cannot be added: there are ${MOST_RULES} rules already`);
    const now = new Date(this.parts.clock.now());
    const rule: AlertRuleRecord = {
      _id: randomUUID(),
      name: input.name,
      kind,
      owner,
      flow: input.flow ?? null,
      tag: input.tag ?? null,
      deploymentId: input.deploymentId ?? null,
      afterSeconds: afterSeconds ?? null,
      throttleSeconds: input.throttleSeconds ?? THROTTLE_SECONDS,
      target: input.target,
      lookedUntil: now,
      toldAt: null,
      createdAt: now,
    };
    await this.rules.insertOne({ ...rule, target: { ...input.target } });
    return toAlertDto(rule, 0);
  }

  async list(input: ListAlertsInput, actor: Actor) {
    const page = await readPage<AlertRuleRecord, AlertRuleDto>({
      model: this.parts.connection.model<AlertRuleRecord>(AlertRuleRecord.name),
      filter: scoped(actor),
      sort: '-createdAt',
      limit: input.limit,
      cursor: input.cursor,
      toDto: (rule) => toAlertDto(rule, 0),
    });
    const items = await Promise.all(
      page.items.map(async (item) => ({ ...item, openIncidents: await this.countOpen(item.id) })),
    );
    return { ...page, items };
  }

  /** Throws RecordNotFoundError. */
  async get(alertId: string, actor: Actor): Promise<AlertRuleDto> {
    return toAlertDto(await this.rule(alertId, actor), await this.countOpen(alertId));
  }

  /** Its incidents stay on record; those that are open are over. Throws RecordNotFoundError. */
  async remove(alertId: string, actor: Actor): Promise<{ readonly id: string }> {
    const { _id } = await this.rule(alertId, actor);
    await this.rules.deleteOne({ _id });
    await this.incidents.collection.updateMany(
      { alertId: _id, state: 'open' },
      { $set: { state: 'resolved', resolvedAt: new Date(this.parts.clock.now()) } },
    );
    await this.incidents.collection.updateMany(
      { alertId: _id, 'opening.state': 'due' },
      { $set: { 'opening.state': 'none' } },
    );
    return { id: _id };
  }

  /** Sends a message as an incident would. Throws RecordNotFoundError. */
  async test(alertId: string, actor: Actor): Promise<TestAlertOutput> {
    const { _id, name, target } = await this.rule(alertId, actor);
    const { kind, said } = await this.parts.send(target, {
      id: `test-${randomUUID()}`,
      subject: `Test of ${name}`,
      text: `${actor.userId} has asked for this message to see whether it comes. Nothing has happened.`,
      data: { alert: name, alertId: _id, state: 'test' },
    });
    return { delivered: kind === 'sent', message: said };
  }

  listIncidents(input: ListIncidentsInput, actor: Actor) {
    const { alertId, state } = input;
    return readPage<IncidentRecord, IncidentDto>({
      model: this.parts.connection.model<IncidentRecord>(IncidentRecord.name),
      filter: {
        ...scoped(actor),
        ...(alertId === undefined ? {} : { alertId }),
        ...(state === undefined ? {} : { state }),
      },
      sort: '-openedAt',
      limit: input.limit,
      cursor: input.cursor,
      toDto: toIncidentDto,
    });
  }

  private async rule(alertId: string, actor: Actor): Promise<AlertRuleRecord> {
    const rule = await this.rules.findOne({ _id: alertId, ...scoped(actor) });
    if (!rule) throw new RecordNotFoundError('alert', alertId);
    return rule;
  }

  private countOpen(alertId: string): Promise<number> {
    return this.incidents.collection.countDocuments({ alertId, state: 'open' });
  }

  /** Up to which instant of the log everything is folded. */
  private async knownUntil(): Promise<number> {
    const [position, { lastSeq }] = await Promise.all([
      this.collections.positions.findOne({ _id: PROJECTION.RUN }),
      this.parts.log.info('RUN'),
    ]);
    const time = position?.time?.getTime() ?? 0;
    // Another event of the same instant may be on its way.
    return position && position.seq >= lastSeq ? time : time - 1;
  }
}

function scoped(actor: Actor): { owner?: string } {
  const owner = scopeOf(actor);
  return owner === undefined ? {} : { owner };
}

function toAlertDto(rule: AlertRuleRecord, openIncidents: number): AlertRuleDto {
  const { _id: id, name, kind, owner, flow, tag, deploymentId, afterSeconds, throttleSeconds, target } = rule;
  return {
    ...{ id, name, kind, owner, flow, tag, deploymentId, afterSeconds, throttleSeconds, target },
    openIncidents,
    createdAt: rule.createdAt.toISOString(),
  };
}

function toIncidentDto(record: IncidentRecord): IncidentDto {
  const { _id: id, alertId, alert, kind, subject, text, state } = record;
  return {
    ...{ id, alertId, alert, kind, subject, text, state },
    openedAt: record.openedAt.toISOString(),
    resolvedAt: record.resolvedAt?.toISOString() ?? null,
    opening: record.opening.state,
    recovery: record.recovery.state,
  };
}
