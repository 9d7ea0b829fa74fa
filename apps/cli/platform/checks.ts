import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { openConnection } from '#libs/mongo';
import { type Folders, mongodKind, natsServerKind, resolveServer, type ServerKind } from '#libs/local-stack';
import { sentenceOf } from '../terminal/cli-error.js';
import { bytes } from '../terminal/format.js';
import { addressOf } from './address-of.js';
import { brokerChecks } from './broker-checks.js';
import { fileChecks } from './file-checks.js';
import type { Check } from './finding.js';
import { readInstance } from './instance.js';
import { findPortHolder, isPortFree } from './port-holder.js';
import { serverChecks } from './server-checks.js';

export type { CheckInput, Finding } from './finding.js';

const LEAST_NODE = [20, 19] as const;
const LEAST_SPACE = 1_000_000_000;

const node: Check = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fit = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return [
    fit
      ? { what: 'Node', verdict: 'ok', told: process.versions.node }
      : {
          what: 'Node',
          verdict: 'bad',
          told: `${process.versions.node}; ${LEAST_NODE.join('.')} is needed`,
          hint: 'install a newer Node: https://nodejs.org',
        },
  ];
};

const folder: Check = async ({ folders: { home } }) => {
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK);
  } catch (error) {
    const hint = 'make it writable, or name another folder by JOBHUNTER_HOME';
    return [{ what: 'folder', verdict: 'bad', told: sentenceOf(error), hint }];
  }
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  const told = `${home} is writable, ${bytes(free)} free`;
  return free < LEAST_SPACE
    ? [{ what: 'folder', verdict: 'bad', told, hint: 'make room: the run log refuses work on a full disk' }]
    : [{ what: 'folder', verdict: 'ok', told }];
};

// Without sources the resolver only looks; `up` would obtain what is missing.
const binary =
  (kindOf: (folders: Folders) => ServerKind): Check =>
  async ({ folders, env }) => {
    const kind = { ...kindOf(folders), sources: [] };
    const what = kind.name;
    try {
      const found = await resolveServer(kind, { cache: folders.cache, env, say: () => undefined });
      const told =
        found.kind === 'address' ? `named by ${kind.addressVariable}` : `${found.version}, ${found.file}`;
      return [{ what, verdict: 'ok', told }];
    } catch {
      const hint = `\`jobhunter up\` obtains it; or ${kind.byHand}`;
      return [{ what, verdict: 'note', told: `not here yet (${kind.minimum} or newer is needed)`, hint }];
    }
  };

const database: Check = async ({ folders, env }) => {
  const what = 'database';
  const address = env['MONGODB_URI'] || (await addressOf(folders.home, 'mongod', 'mongodb'));
  if (!address) return [{ what, verdict: 'note', told: 'not running', hint: 'start it: jobhunter up' }];
  const uri = env['MONGODB_URI'] ? address : `${address}/?directConnection=true`;
  const quiet = { info: () => undefined, warn: () => undefined };
  const { connection, keeper } = openConnection(
    { uri, appName: 'doctor', serverSelectionTimeoutMS: 3_000 },
    quiet,
  );
  try {
    await Promise.race([keeper.connected, rejectAfter(4_000, 'it does not answer')]);
    const hello = (await connection.db?.admin().command({ hello: 1 })) as { setName?: string } | undefined;
    if (hello?.setName === undefined) {
      const hint =
        'start mongod with --replSet rs0 and say rs.initiate() to it once: transactions need a set';
      return [{ what, verdict: 'bad', told: 'answers, but is no replica set', hint }];
    }
    return [{ what, verdict: 'ok', told: `answers (replica set ${hello.setName})` }];
  } catch (error) {
    const hint =
      'see logs/mongod.log in the folder above; `jobhunter down`, then `jobhunter up` starts it anew';
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint }];
  } finally {
    await keeper.stop();
  }
};

const port: Check = async ({ folders, port: wanted }) => {
  const what = `port ${wanted}`;
  if (await isPortFree(wanted, '127.0.0.1')) return [{ what, verdict: 'ok', told: 'free' }];
  const holder = await findPortHolder(wanted);
  const instance = await readInstance(folders.home);
  if (holder !== undefined && holder.pid === instance?.pid) {
    return [{ what, verdict: 'ok', told: `held by JobHunter (process ${holder.pid})` }];
  }
  const told =
    holder === undefined ? 'held by another process' : `held by process ${holder.pid} (${holder.command})`;
  const hint = `end it, or use another port: jobhunter up --port ${wanted + 1}`;
  return [{ what, verdict: 'note', told, hint }];
};

function rejectAfter(ms: number, reason: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(reason)), ms).unref();
  });
}

export const CHECKS: readonly Check[] = [
  node,
  folder,
  binary(natsServerKind),
  binary(mongodKind),
  brokerChecks,
  database,
  port,
  serverChecks,
  fileChecks,
];
