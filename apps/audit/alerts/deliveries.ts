import type { mongo } from 'mongoose';
import type { AlertRuleRecord, IncidentRecord } from '../records/alert.record.js';
import type { Clock } from '../projection/clock.js';
import { NONE } from './incidents.js';
import type { Incidents } from './incidents.js';
import type { AlertMessage, SendAlert } from './send-alert.js';

type Which = 'opening' | 'recovery';

/** Who has claimed a message and says nothing for so long has died, and nobody knows whether it went out. */
const GIVEN_UP_MS = 120_000;
const MOST_TRIES = 10;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 600_000;
const A_ROUND = 50;
/** One rule that has much to tell does not keep the others waiting. */
const A_RULE = 10;

/**
 * Sends what is due, each message once: it is claimed before it is sent, and what was claimed by somebody who died is
 * not sent again. What was surely not taken is tried again, later and later.
 */
export class Deliveries {
  constructor(
    private readonly incidents: Incidents,
    private readonly rules: mongo.Collection<AlertRuleRecord>,
    private readonly send: SendAlert,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async sendDue(signal?: AbortSignal): Promise<void> {
    for (const which of ['opening', 'recovery'] as const) {
      await this.giveUp(which);
      const sent = new Map<string, number>();
      for (let n = 0; n < A_ROUND && !signal?.aborted; n++) {
        const full = [...sent].filter(([, count]) => count >= A_RULE).map(([alertId]) => alertId);
        const told = await this.sendNext(which, full);
        if (!told) break;
        // Where a channel takes nothing now, the rest of its messages waits for the next round.
        sent.set(told.alertId, told.taken ? (sent.get(told.alertId) ?? 0) + 1 : A_RULE);
      }
    }
  }

  private async giveUp(which: Which): Promise<void> {
    await this.incidents.collection.updateMany(
      { [`${which}.state`]: 'sending', [`${which}.nextAt`]: { $lte: new Date(this.clock.now()) } },
      { $set: { [`${which}.state`]: 'unknown', [`${which}.said`]: 'whoever sent it died' } },
    );
  }

  private async sendNext(
    which: Which,
    but: readonly string[],
  ): Promise<{ readonly alertId: string; readonly taken: boolean } | undefined> {
    // Not the round's beginning: sending takes long where channels are slow.
    const now = this.clock.now();
    const incident = await this.incidents.collection.findOneAndUpdate(
      {
        [`${which}.state`]: 'due',
        [`${which}.nextAt`]: { $lte: new Date(now) },
        alertId: { $nin: [...but] },
        // Nobody hears that something is over who has not heard of it, nor of something that is over.
        ...(which === 'opening' ? { state: 'open' } : { 'opening.state': { $in: ['sent', 'unknown'] } }),
      },
      {
        $set: { [`${which}.state`]: 'sending', [`${which}.nextAt`]: new Date(now + GIVEN_UP_MS) },
        $inc: { [`${which}.tries`]: 1 },
      },
      { returnDocument: 'after', sort: { openedAt: 1 } },
    );
    if (!incident) return undefined;
    const { alertId } = incident;
    const turn = which === 'opening' ? await this.takeTurn(incident, now) : OWED;
    if (!turn) return { alertId, taken: true };
    const { kind, said } = await this.send(incident.target, messageOf(incident, which));
    if (kind !== 'refused') {
      await this.note(incident, which, { state: kind, nextAt: null, said });
      return { alertId, taken: kind === 'sent' };
    }
    await turn.giveBack();
    const { tries } = incident[which];
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
    const next = new Date(this.clock.now() + wait);
    await this.note(
      incident,
      which,
      tries >= MOST_TRIES ? { state: 'failed', nextAt: null, said } : { state: 'due', nextAt: next, said },
    );
    return { alertId, taken: false };
  }

  /**
   * Takes the turn of a rule to tell of something new. Where it is to keep quiet, for it has told something else a
   * moment before, all that it has to tell waits; where there is no such rule any more, nobody is told.
   */
  private async takeTurn(incident: IncidentRecord, now: number): Promise<Turn | undefined> {
    const { alertId: _id } = incident;
    const { collection } = this.incidents;
    const rule = await this.rules.findOne({ _id });
    if (!rule) {
      await collection.updateOne(
        { _id: incident._id },
        { $set: { state: 'resolved', resolvedAt: new Date(now), 'opening.state': 'none' } },
      );
      return undefined;
    }
    const { toldAt, throttleSeconds } = rule;
    const at = new Date(now);
    const quietMs = throttleSeconds * 1_000;
    let until = (toldAt?.getTime() ?? 0) + quietMs;
    if (until <= now) {
      const { matchedCount } = await this.rules.updateOne({ _id, toldAt }, { $set: { toldAt: at } });
      if (matchedCount === 1)
        return {
          giveBack: async () => {
            await this.rules.updateOne({ _id, toldAt: at }, { $set: { toldAt } });
          },
        };
      // Another audit has just told something.
      until = now + quietMs;
    }
    await this.note(incident, 'opening', {
      state: 'due',
      nextAt: new Date(until),
      tries: incident.opening.tries - 1,
    });
    await collection.updateMany(
      { alertId: _id, 'opening.state': 'due', 'opening.nextAt': { $lt: new Date(until) } },
      { $set: { 'opening.nextAt': new Date(until) } },
    );
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
    const { collection } = this.incidents;
    const mine = { _id, [`${which}.state`]: 'sending' };
    if (which === 'recovery' || fields.state === 'sent' || fields.state === 'unknown') {
      await collection.updateOne(mine, { $set: set });
      return;
    }
    const { matchedCount } = await collection.updateOne({ ...mine, state: 'open' }, { $set: set });
    // It was over before anybody was told.
    if (matchedCount === 0)
      await collection.updateOne(mine, {
        $set: { ...set, 'opening.state': 'none', 'opening.nextAt': null, recovery: NONE },
      });
  }
}

/** Leave to send; given back where nothing was told. */
interface Turn {
  giveBack(): Promise<void>;
}
/** Who was told that it has begun is told that it is over, whatever else there is to tell. */
const OWED: Turn = { giveBack: () => Promise.resolve() };

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
