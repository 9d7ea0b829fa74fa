import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '#libs/mongo';
import { readServiceEnv } from '#libs/operations';
import { sentenceOf } from '../terminal/cli-error.js';
import { addressOf } from './address-of.js';
import type { Check, CheckInput, Finding } from './finding.js';

const PATIENCE_MS = 3_000;
/** Of other things than the database, which a wrong one of these would stand in the way of. */
const OTHERS = /^(?:NATS|SHUTDOWN|ACK)_/;

/** Looks at the database that services would take, signed in as they would. */
export const databaseCheck: Check = async (input) => {
  const what = 'database';
  const isNamed = Boolean(input.env['MONGODB_URI'] || input.env['MONGODB_URI_FILE']);
  const hint = isNamed
    ? 'are MONGODB_URI, MONGODB_USER and MONGODB_PASSWORD right? In Docker Compose a service reaches the database by its name (mongo): localhost is its own container'
    : 'see logs/mongod.log in the folder above; `jobhunter down`, then `jobhunter up` starts it anew';
  try {
    const uri = isNamed ? namedIn(input) : await startedHere(input);
    if (uri === undefined)
      return [{ what, verdict: 'note', told: 'not running', hint: 'start it: jobhunter up' }];
    const answer = await answerOf(uri);
    return [{ what, ...(answer.verdict === 'bad' ? { hint } : {}), ...answer }];
  } catch (error) {
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint }];
  }
};

function namedIn({ env }: CheckInput): string {
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => !OTHERS.test(name)));
  return readServiceEnv({ ...settings, NATS_URL: 'nats://127.0.0.1' }, { mongo: true }).mongoUri;
}

async function startedHere({ folders }: CheckInput): Promise<string | undefined> {
  const address = await addressOf(folders.home, 'mongod', 'mongodb');
  return address === undefined ? undefined : `${address}/?directConnection=true`;
}

async function answerOf(uri: string): Promise<Omit<Finding, 'what'>> {
  let complaint: string | undefined;
  const log = {
    info: () => undefined,
    warn: (line: string) => void (complaint ??= line.replace(/; waiting for it$/, '')),
  };
  const { connection, keeper } = openConnection(
    { uri, appName: 'doctor', serverSelectionTimeoutMS: PATIENCE_MS },
    log,
  );
  const late = new AbortController();
  try {
    const isThere = await Promise.race([
      keeper.connected.then(() => true),
      pause(PATIENCE_MS + 1_000, false, { signal: late.signal }),
    ]);
    if (!isThere) return { verdict: 'bad', told: complaint ?? 'it does not answer' };
    const hello = (await connection.db?.admin().command({ hello: 1 })) as { setName?: string } | undefined;
    if (hello?.setName !== undefined)
      return { verdict: 'ok', told: `answers (replica set ${hello.setName})` };
    const hint = 'start mongod with --replSet rs0 and say rs.initiate() to it once: transactions need a set';
    return { verdict: 'bad', told: 'answers, but is no replica set', hint };
  } finally {
    late.abort();
    await keeper.stop();
  }
}
