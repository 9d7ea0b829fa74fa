import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { openConnection } from '#libs/mongo';
import { connectRunLog } from '#libs/run-log';
import {
  type Folders,
  mongodKind,
  natsServerKind,
  resolveServer,
  type ServerKind,
  serverStatus,
} from '#libs/local-stack';
import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import { ServerUnreachableError } from '../gateway/errors.js';
import type { Health, OperationEntry } from '../gateway/resources.js';
import { DEFAULT_PORT } from '../session.js';
import { sentenceOf } from '../terminal/cli-error.js';
import { bytes } from '../terminal/format.js';
import { readInstance } from './instance.js';
import { findPortHolder, isPortFree } from './port-holder.js';

/** What one check found; `note` is neither good nor bad, as with a server that is not started. */
export interface Finding {
  readonly what: string;
  readonly verdict: 'ok' | 'note' | 'bad';
  readonly told: string;
  /** How to mend it. */
  readonly hint?: string;
}

export interface CheckInput {
  readonly folders: Folders;
  readonly env: NodeJS.ProcessEnv;
  readonly gateway: GatewayClient;
}

type Check = (input: CheckInput) => Promise<readonly Finding[]>;

const LEAST_NODE = [20, 19] as const;
const LEAST_SPACE = 1_000_000_000;
const SERVICES = ['scraper', 'documents', 'applier', 'audit'];

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

const broker: Check = async ({ folders, env }) => {
  const what = 'broker';
  const servers = env['NATS_URL'] || (await addressOf(folders.home, 'nats-server', 'nats'));
  if (!servers) return [{ what, verdict: 'note', told: 'not running', hint: 'start it: jobhunter up' }];
  try {
    // Refuses a broker that is too old, and stream settings that came back changed.
    const log = await connectRunLog({ servers, name: 'doctor', unavailableAfterMs: 3_000 });
    const { info } = log.connection;
    await log.close();
    return [
      {
        what,
        verdict: 'ok',
        told: `answers (${info?.version ?? 'no version told'}), settings as they should be`,
      },
    ];
  } catch (error) {
    const hint =
      'see logs/nats-server.log in the folder above; `jobhunter down`, then `jobhunter up` starts it anew';
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint }];
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
      const hint = 'start mongod with --replSet and initiate the set: transactions need one';
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

const port: Check = async ({ folders }) => {
  const what = `port ${DEFAULT_PORT}`;
  if (await isPortFree(DEFAULT_PORT, '127.0.0.1')) return [{ what, verdict: 'ok', told: 'free' }];
  const holder = await findPortHolder(DEFAULT_PORT);
  const instance = await readInstance(folders.home);
  if (holder !== undefined && holder.pid === instance?.pid) {
    return [{ what, verdict: 'ok', told: `held by JobHunter (process ${holder.pid})` }];
  }
  const told =
    holder === undefined ? 'held by another process' : `held by process ${holder.pid} (${holder.command})`;
  return [{ what, verdict: 'note', told, hint: 'use another one: jobhunter up --port 3001' }];
};

const server: Check = async ({ gateway }) => {
  try {
    const health = await gateway.get<Health>('/health', { signal: AbortSignal.timeout(5_000) });
    const [operations, flows] = await Promise.all([
      gateway.get<Page<OperationEntry>>('/operations'),
      gateway.get<Page<unknown>>('/workflows'),
    ]);
    return [...healthFindings(health, gateway.url), ...registered(operations.items, flows.items.length)];
  } catch (error) {
    const stopped = error instanceof ServerUnreachableError;
    return [
      {
        what: 'gateway',
        verdict: stopped ? 'note' : 'bad',
        told: sentenceOf(error),
        hint: (error as { hint?: string }).hint ?? 'see logs/services.log in the folder above',
      },
    ];
  }
};

function healthFindings({ status, dependencies }: Health, url: string): Finding[] {
  const sick = Object.entries(dependencies).filter(([, dependency]) => dependency.status !== 'ok');
  return [
    { what: 'gateway', verdict: status === 'ok' ? 'ok' : 'bad', told: `${url} is ${status}` },
    ...sick.map(([name, { status: state, reason }]): Finding => {
      const hint = 'see logs/services.log in the folder above';
      return { what: name, verdict: 'bad', told: reason === undefined ? state : `${state}: ${reason}`, hint };
    }),
  ];
}

function registered(operations: readonly OperationEntry[], flows: number): Finding[] {
  const there = new Set(operations.map(({ service }) => service));
  const missing = SERVICES.filter((service) => !there.has(service));
  if (flows === 0) missing.push('orchestrator');
  const told = `${operations.length} operations of ${[...there].sort().join(', ') || 'no service'}, ${flows} flows`;
  if (missing.length === 0) return [{ what: 'services', verdict: 'ok', told }];
  const hint = `start ${missing.join(' and ')}: jobhunter down, then jobhunter up`;
  return [{ what: 'services', verdict: 'bad', told: `${told}; missing: ${missing.join(', ')}`, hint }];
}

async function addressOf(
  home: string,
  name: ServerKind['name'],
  scheme: string,
): Promise<string | undefined> {
  const found = (await serverStatus(home)).find((one) => one.name === name && one.alive);
  return found === undefined ? undefined : `${scheme}://127.0.0.1:${found.port}`;
}

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
  broker,
  database,
  port,
  server,
];
