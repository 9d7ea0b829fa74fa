import { hasCode } from './caught.js';

const REPLICA_SET = 'rs0';
const ALREADY_INITIALIZED = 23;
const NOT_YET_INITIALIZED = 94;
const UNAUTHORIZED = 13;

interface ReplicaSetConfig {
  version: number;
  members: { _id: number; host: string }[];
}

interface Hello {
  isWritablePrimary?: boolean;
  topologyVersion?: unknown;
}

export { REPLICA_SET };

/**
 * Makes the mongod on `port` a writable one-node replica set, whatever it was before: new, or one that
 * ran on another port. Resolves once it takes writes.
 */
export async function ensureReplicaSet(port: number): Promise<void> {
  // Loaded when it is needed: programs that only look at the servers start without it.
  const { default: mongoose } = await import('mongoose');
  const host = `127.0.0.1:${port}`;
  const client = new mongoose.mongo.MongoClient(`mongodb://${host}/?directConnection=true`);
  try {
    const admin = (await client.connect()).db('admin');
    const config = await currentConfig(() => admin.command({ replSetGetConfig: 1 }));
    if (config === undefined) {
      await admin
        .command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } })
        .catch(unlessCode(ALREADY_INITIALIZED, UNAUTHORIZED));
    } else if (config.members.length !== 1 || config.members[0]?.host !== host) {
      // A set whose only member is listed under an old port finds itself in no set: only force mends that.
      const moved = {
        ...config,
        version: config.version + 1,
        members: [{ ...config.members[0], _id: 0, host }],
      };
      await admin.command({ replSetReconfig: moved, force: true });
    }
    // The topology's version goes back as the 64-bit number that it came as.
    const ask = (command: object): Promise<Hello> =>
      admin.command({ hello: 1, ...command }, { promoteLongs: false });
    let hello = await ask({});
    while (hello.isWritablePrimary !== true) {
      // The server holds this answer back until its role changes.
      hello = await ask({ topologyVersion: hello.topologyVersion, maxAwaitTimeMS: 1_000 });
    }
  } finally {
    await client.close();
  }
}

async function currentConfig(ask: () => Promise<unknown>): Promise<ReplicaSetConfig | undefined> {
  // One that lets in nobody without a name lets a new set be made, until it has its first user.
  const answer = await ask().catch(unlessCode(NOT_YET_INITIALIZED, UNAUTHORIZED));
  return (answer as { config: ReplicaSetConfig } | undefined)?.config;
}

function unlessCode(...expected: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (expected.some((code) => hasCode(error, code))) return undefined;
    throw error;
  };
}
