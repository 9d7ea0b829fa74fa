import type { mongo } from 'mongoose';
import type { AlertRuleRecord, IncidentRecord } from '../records/alert.record.js';
import type { Incidents } from './incidents.js';
import type { AlertMessage, SendAlert } from './send-alert.js';

type Which = 'opening' | 'recovery';

/** Who has claimed a message and says nothing for so long has died, and nobody knows whether it went out. */
const GIVEN_UP_MS = 120_000;
const MOST_TRIES = 10;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
const A_ROUND = 50;

/**
 * Sends what is due, each message once: it is claimed before it is sent, and what was claimed by somebody who died is
 * not sent again. What was surely not taken is tried again, later and later.
 */
export class Deliveries {
  constructor(
    private readonly incidents: Incidents,
    private readonly rules: mongo.Collection<AlertRuleRecord>,
    private readonly send: SendAlert,
  ) {}

  async sendDue(now: number, signal?: AbortSignal): Promise<number> {
    let sent = 0;
    for (const which of ['opening', 'recovery'] as const) {
      await this.giveUp(which, now);
      for (let n = 0; n < A_ROUND && !signal?.aborted; n++) {
        if (!(await this.sendNext(which, now))) break;
        sent++;
      }
    }
    return sent;
  }

  private async giveUp(which: Which, now: number): Promise<void> {
    await this.incidents.collection.updateMany(
      { [`${which}.state`]: 'sending', [`${which}.nextAt`]: { $lte: new Date(now) } },
      { $set: { [`${which}.state`]: 'unknown', [`${which}.said`]: 'whoever sent it died' } },
    );
  }

  private async sendNext(which: Which, now: number): Promise<boolean> {
    const incident = await this.incidents.collection.findOneAndUpdate(
      { [`${which}.state`]: 'due', [`${which}.nextAt`]: { $lte: new Date(now) } },
      {
        $set: { [`${which}.state`]: 'sending', [`${which}.nextAt`]: new Date(now + GIVEN_UP_MS) },
        $inc: { [`${which}.tries`]: 1 },
      },
      { returnDocument: 'after', sort: { openedAt: 1 } },
    );
    if (!incident) return false;
    const held = which === 'opening' ? await this.heldUntil(incident, now) : undefined;
    if (held !== undefined) {
      await this.note(incident, which, {
        state: 'due',
        nextAt: new Date(held),
        tries: incident[which].tries - 1,
      });
      return true;
    }
    const { kind, said } = await this.send(incident.target, messageOf(incident, which));
    if (kind !== 'refused') {
      await this.note(incident, which, { state: kind, nextAt: null, said });
      return true;
    }
    const { tries } = incident[which];
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
    await this.note(
      incident,
      which,
      tries >= MOST_TRIES
        ? { state: 'failed', nextAt: null, said }
        : { state: 'due', nextAt: new Date(now + wait), said },
    );
    return true;
  }

  /** Gives until when a rule is to keep quiet, for it has told something else a moment before. Else it notes that it tells. */
  private async heldUntil({ alertId }: IncidentRecord, now: number): Promise<number | undefined> {
    const rule = await this.rules.findOne({ _id: alertId });
    if (!rule) return undefined;
    const until = (rule.toldAt?.getTime() ?? 0) + rule.throttleSeconds * 1_000;
    if (until > now) return until;
    await this.rules.updateOne({ _id: alertId }, { $set: { toldAt: new Date(now) } });
    return undefined;
  }

  private async note(
    { _id }: IncidentRecord,
    which: Which,
    fields: Partial<IncidentRecord[Which]>,
  ): Promise<void> {
    const set = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [`${which}.${name}`, value]),
    );
    await this.incidents.collection.updateOne({ _id, [`${which}.state`]: 'sending' }, { $set: set });
  }
}

function messageOf(incident: IncidentRecord, which: Which): AlertMessage {
  const { _id, alert, alertId, kind, subject, text, openedAt, resolvedAt } = incident;
  const over = which === 'recovery';
  const data = {
    alert,
    alertId,
    kind,
    about: subject,
    state: over ? 'resolved' : 'open',
    openedAt: openedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  };
  return over
    ? {
        id: `${_id}/recovery`,
        subject: `Resolved: ${alert} (${subject})`,
        text: `This is over since ${resolvedAt?.toISOString() ?? 'now'}:\n${text}`,
        data,
      }
    : {
        id: `${_id}/opening`,
        subject: `${alert} (${subject})`,
        text: `${text}\nSince ${openedAt.toISOString()}.`,
        data,
      };
}
