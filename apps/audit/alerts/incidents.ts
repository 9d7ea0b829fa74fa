import type { Connection, mongo } from 'mongoose';
import mongoose from 'mongoose';
import type { AlertRuleRecord, IncidentMessage, IncidentRecord } from '../records/alert.record.js';

export const NONE: IncidentMessage = { state: 'none', tries: 0, nextAt: null, said: null };
const due = (now: number): IncidentMessage => ({ state: 'due', tries: 0, nextAt: new Date(now), said: null });
const DUPLICATE_KEY = 11_000;

/** What is found at an instant. */
export interface Finding {
  readonly subject: string;
  /** What tells it from other findings of the subject: the same found again is the same incident. */
  readonly first: string;
  readonly text: string;
  readonly at: Date;
}

/** Opens incidents and resolves them, each once, however often the same is found. */
export class Incidents {
  readonly collection: mongo.Collection<IncidentRecord>;

  constructor(connection: Connection) {
    this.collection = connection.collection<IncidentRecord>('incidents');
  }

  /** Opens an incident unless one is open, or was open at that instant. Its message is due at once. */
  async open(rule: AlertRuleRecord, { subject, first, text, at }: Finding, now: number): Promise<void> {
    const covering = await this.collection.findOne({
      alertId: rule._id,
      subject,
      openedAt: { $lte: at },
      $or: [{ state: 'open' }, { resolvedAt: { $gte: at } }],
    });
    if (covering) return;
    try {
      await this.collection.insertOne({
        _id: `${rule._id}/${subject}/${first}`,
        alertId: rule._id,
        alert: rule.name,
        owner: rule.owner,
        kind: rule.kind,
        subject,
        text,
        target: rule.target,
        state: 'open',
        openedAt: at,
        resolvedAt: null,
        opening: due(now),
        recovery: NONE,
      });
    } catch (error) {
      // It was found before.
      if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    }
  }

  /**
   * Resolves what is open of a subject. Whoever was told of it is told of this too; who was not, for the message is
   * still due or was never taken, is told of neither.
   */
  async resolve(alertId: string, subject: string, at: Date, now: number): Promise<void> {
    const open = { alertId, subject, state: 'open', openedAt: { $lte: at } } as const;
    const resolved = { state: 'resolved', resolvedAt: at } as const;
    await this.collection.updateMany(
      { ...open, 'opening.state': 'due' },
      { $set: { ...resolved, 'opening.state': 'none' } },
    );
    await this.collection.updateMany({ ...open, 'opening.state': 'failed' }, { $set: resolved });
    await this.collection.updateMany(open, { $set: { ...resolved, recovery: due(now) } });
  }

  /** Which of these subjects are open. */
  async openAmong(alertId: string, subjects: readonly string[]): Promise<ReadonlySet<string>> {
    const found = this.collection.find(
      { alertId, subject: { $in: [...subjects] }, state: 'open' },
      { projection: { subject: 1 } },
    );
    return new Set((await found.toArray()).map(({ subject }) => subject));
  }

  /** Gives the subjects that are open, page by page. */
  async *openOf(alertId: string, page: number): AsyncIterable<string[]> {
    for (let after: string | undefined; ;) {
      const found = await this.collection
        .find(
          { alertId, state: 'open', ...(after === undefined ? {} : { subject: { $gt: after } }) },
          { projection: { subject: 1 } },
        )
        .sort({ subject: 1 })
        .limit(page)
        .toArray();
      if (found.length > 0) yield found.map(({ subject }) => subject);
      if (found.length < page) return;
      after = found.at(-1)?.subject;
    }
  }

  /** The latest of a subject. */
  latest(alertId: string, subject: string): Promise<Pick<IncidentRecord, 'state' | 'resolvedAt'> | null> {
    return this.collection.findOne(
      { alertId, subject },
      { sort: { openedAt: -1 }, projection: { state: 1, resolvedAt: 1 } },
    );
  }
}
