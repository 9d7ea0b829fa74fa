import type { Connection, mongo } from 'mongoose';

/** What the query code has asked of the database. */
export interface CapturedFind {
  readonly collection: string;
  readonly filter: mongo.Filter<mongo.Document>;
  readonly options: mongo.FindOptions;
}

/** Hears what is asked by way of a connection's models, to ask it again bare or to have it explained. */
export class CapturedFinds {
  private heard: CapturedFind[] = [];

  constructor(private readonly connection: Connection) {
    connection.set('debug', (collection: string, method: string, filter: object, options: object) => {
      if (method === 'find') this.heard.push({ collection, filter, options });
    });
  }

  /** Gives what was asked since the last time. */
  take(): readonly CapturedFind[] {
    const { heard } = this;
    this.heard = [];
    return heard;
  }

  /** Asks it again bare. */
  async bare(finds: readonly CapturedFind[]): Promise<void> {
    for (const { collection, filter, options } of finds)
      await this.connection.getClient().db().collection(collection).find(filter, options).toArray();
  }

  async explain(finds: readonly CapturedFind[]): Promise<Plan> {
    const plans = { stages: new Set<string>(), indexes: new Set<string>(), keys: 0, documents: 0 };
    for (const { collection, filter, options } of finds) {
      const { queryPlanner, executionStats } = (await this.connection
        .getClient()
        .db()
        .collection(collection)
        .find(filter, options)
        .explain('executionStats')) as unknown as Explained;
      const winning = JSON.stringify(queryPlanner.winningPlan);
      for (const [, stage = ''] of winning.matchAll(/"stage":"([A-Z_]+)"/g)) plans.stages.add(stage);
      for (const [, index = ''] of winning.matchAll(/"indexName":"([^"]+)"/g)) plans.indexes.add(index);
      plans.keys += executionStats.totalKeysExamined;
      plans.documents += executionStats.totalDocsExamined;
    }
    return { ...plans, stages: [...plans.stages], indexes: [...plans.indexes] };
  }
}

/** How the database answers. */
export interface Plan {
  readonly stages: readonly string[];
  readonly indexes: readonly string[];
  readonly keys: number;
  readonly documents: number;
}

interface Explained {
  readonly queryPlanner: { readonly winningPlan: unknown };
  readonly executionStats: { readonly totalKeysExamined: number; readonly totalDocsExamined: number };
}
