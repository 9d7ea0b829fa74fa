import path from 'node:path';
import { awaitPort } from './await-port.js';
import { ServerStartError } from './errors.js';
import { findFreePort } from './free-port.js';
import { launch } from './launch.js';
import { withLock } from './lock-file.js';
import { type ProcessRecord, readRecords, writeRecord } from './process-records.js';
import { identifySelf, isAlive, isSame, type ProcessId } from './process-stamp.js';
import type { Say } from './resolve-server.js';
import type { ServerKind } from './server-kind.js';
import { killProcess, stopProcess } from './stop-process.js';

const PORTS_TRIED = 3;
const ADOPTED_WITHIN_MS = 60_000;

/** A server on this machine that some process of ours started. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly version: string;
  readonly logFile: string;
  /** True when it ran already, started by an earlier or another process. */
  readonly adopted: boolean;
  /** Stops it, unless another living process answers for it. */
  stop(): Promise<void>;
  /** Ends it as a crash would; its record stays behind, as after a crash. */
  kill(): Promise<void>;
}

export interface ServerPlan {
  readonly name: ServerKind['name'];
  readonly binary: { readonly file: string; readonly version: string };
  /** Holds the data, logs and records of the servers; two starts with the same one meet the same server. */
  readonly home: string;
  readonly dataDir: string;
  /** The port to listen on; any free one when undefined. */
  readonly port: number | undefined;
  readonly readyLine: RegExp;
  /** Variables of the process beside those of this one. */
  readonly env?: Readonly<Record<string, string>>;
  readonly say: Say;
  /** Hears each time that a process has been begun. */
  readonly launched?: () => void;
  /** Prepares the start on that port and gives the command line. */
  args(port: number): Promise<readonly string[]>;
  /** Brings a server that takes connections to the state in which it can be used. */
  ready(port: number): Promise<void>;
}

/**
 * Starts a server, or adopts the one that the record under `home` names where that very process lives.
 * The lock keeps a second process from starting another server on the same data meanwhile.
 */
export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  return withLock(lockOf(plan.home, plan.name), async () => {
    const known = (await readRecords(plan.home))[plan.name];
    if (known !== undefined && (await isAlive(known))) return adopt(plan, known);
    if (known !== undefined) {
      plan.say(`${plan.name}: process ${known.pid} of an earlier start is gone; starting again on its data`);
    }
    return begin(plan);
  });
}

/** Stops every server that the record under `home` names, whoever started it; gives what was stopped. */
export async function stopServers(home: string): Promise<ServerKind['name'][]> {
  const stopped: ServerKind['name'][] = [];
  for (const name of Object.keys(await readRecords(home)) as ServerKind['name'][]) {
    await withLock(lockOf(home, name), async () => {
      const record = (await readRecords(home))[name];
      if (record === undefined) return;
      if (await isAlive(record)) stopped.push(name);
      await stopProcess(record);
      await writeRecord(home, name, undefined);
    });
  }
  return stopped;
}

async function adopt(plan: ServerPlan, known: ProcessRecord): Promise<ServerProcess> {
  // Its starter may have died while it was still recovering its data.
  await awaitPort(known.port, AbortSignal.timeout(ADOPTED_WITHIN_MS));
  await plan.ready(known.port);
  const owned = await isAlive(known.owner);
  const record = owned ? known : { ...known, owner: await identifySelf() };
  if (!owned) await writeRecord(plan.home, plan.name, record);
  plan.say(`${plan.name}: already running on port ${known.port} (process ${known.pid}), so it is used`);
  return handle(plan, record, true);
}

async function begin(plan: ServerPlan): Promise<ServerProcess> {
  const record = await launchOnPort(plan);
  try {
    await plan.ready(record.port);
  } catch (error) {
    await stopProcess(record);
    await writeRecord(plan.home, plan.name, undefined);
    throw error;
  }
  plan.say(`${plan.name}: ${record.version} listens on 127.0.0.1:${record.port}, data in ${plan.dataDir}`);
  return handle(plan, record, false);
}

// A port found free may be taken before the server binds it; a port that was asked for is not replaced.
async function launchOnPort(plan: ServerPlan): Promise<ProcessRecord> {
  const { home, name, readyLine, dataDir, env } = plan;
  const { file, version } = plan.binary;
  const logFile = path.join(home, 'logs', `${name}.log`);
  const owner = await identifySelf();
  for (let tried = 1; ; tried++) {
    const port = plan.port ?? (await findFreePort());
    const args = await plan.args(port);
    const startedAt = new Date().toISOString();
    const recordOf = (id: ProcessId): ProcessRecord => {
      return { ...id, port, version, startedAt, dataDir, logFile, owner };
    };
    const recorded = async (id: ProcessId): Promise<void> => {
      await writeRecord(home, name, recordOf(id));
      plan.launched?.();
    };
    try {
      return recordOf(
        await launch({ name, file, args, port, readyLine, logFile, recorded, ...(env ? { env } : {}) }),
      );
    } catch (error) {
      await writeRecord(home, name, undefined);
      const portWasTaken = error instanceof ServerStartError && error.portTaken !== undefined;
      if (!portWasTaken || plan.port !== undefined || tried === PORTS_TRIED) throw error;
    }
  }
}

function handle(plan: ServerPlan, record: ProcessRecord, adopted: boolean): ServerProcess {
  const { home, name } = plan;
  return {
    pid: record.pid,
    port: record.port,
    version: record.version,
    logFile: record.logFile,
    adopted,
    kill: () => killProcess(record),
    stop: () =>
      withLock(lockOf(home, name), async () => {
        const current = (await readRecords(home))[name];
        if (current === undefined || !isSame(current, record)) return stopProcess(record);
        const self = await identifySelf();
        if (!isSame(current.owner, self) && (await isAlive(current.owner))) return;
        await stopProcess(record);
        await writeRecord(home, name, undefined);
      }),
  };
}

function lockOf(home: string, name: ServerKind['name']): string {
  return path.join(home, `${name}.lock`);
}
