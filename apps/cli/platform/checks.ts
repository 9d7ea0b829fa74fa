import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { type Folders, mongodKind, natsServerKind, resolveServer, type ServerKind } from '#libs/local-stack';
import { UnreadableSecretError } from '#libs/secrets';
import { sentenceOf } from '../terminal/cli-error.js';
import { bytes } from '../terminal/format.js';
import { brokerChecks } from './broker-checks.js';
import { databaseCheck } from './database-check.js';
import { fileChecks } from './file-checks.js';
import type { Check, CheckInput, Finding } from './finding.js';
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
    } catch (error) {
      if (error instanceof UnreadableSecretError) return [{ what, verdict: 'bad', told: sentenceOf(error) }];
      const hint = `\`jobhunter up\` obtains it; or ${kind.byHand}`;
      return [{ what, verdict: 'note', told: `not here yet (${kind.minimum} or newer is needed)`, hint }];
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

const ALL: readonly Check[] = [
  node,
  folder,
  binary(natsServerKind),
  binary(mongodKind),
  brokerChecks,
  databaseCheck,
  port,
  serverChecks,
  fileChecks,
];

/** Makes all checks side by side. One that comes to grief itself is a finding too, and keeps none of the others back. */
export async function lookAtAll(input: CheckInput, checks: readonly Check[] = ALL): Promise<Finding[]> {
  const found = await Promise.all(
    checks.map((check) =>
      check(input).catch((error: unknown): Finding[] => [
        { what: 'doctor', verdict: 'bad', told: `a check could not be made: ${sentenceOf(error)}` },
      ]),
    ),
  );
  return found.flat();
}
