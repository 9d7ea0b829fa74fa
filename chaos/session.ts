import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFolders, mongodKind, natsServerKind, resolveServer, withoutAddresses } from '#libs/local-stack';
import { check } from './checker/check.js';
import { byRun, readLines } from './checker/evidence.js';
import type { LedgerEntry } from './checker/evidence.js';
import { RawLog } from './checker/raw-log.js';
import type { Json } from './checker/raw-log.js';
import type { Verdict } from './checker/verdict.js';
import { askForRuns } from './client/ask-for-runs.js';
import { awaitAudit } from './client/await-audit.js';
import { Client } from './client/client.js';
import { Operator } from './client/operator.js';
import { Progress } from './client/progress.js';
import { Crew } from './crew/crew.js';
import { runOnce } from './crew/run-once.js';
import { Storm } from './faults/storm.js';
import { SCENARIOS } from './flows/index.js';
import type { ChaosOptions } from './options.js';
import { planFaults } from './plan/plan-faults.js';
import { planRuns } from './plan/plan-runs.js';
import { seeded } from './plan/seeded.js';
import { Broker } from './stack/broker.js';
import type { Cleanup } from './stack/cleanup.js';
import { Database } from './stack/database.js';

export interface Outcome extends Verdict {
  /** Runs that the log holds. */
  readonly runs: number;
  readonly kills: number;
}

/** Nothing is said any more after this: what has not ended by then is stuck. Longer than any wait of a flow or reader. */
const QUIET_MS = 25_000;
/** What is broken on purpose is not waited for so long. */
const QUIET_WHEN_BROKEN_MS = 8_000;
const SETTLE_WITHIN_MS = 90_000;

/** Starts everything, lets faults come down on it, waits for calm, and has what is left judged. */
export async function runSession(
  options: ChaosOptions,
  cleanup: Cleanup,
  say: (line: string) => void,
): Promise<Outcome> {
  const { seed, runs, cluster } = options;
  const overMs = options.seconds * 1_000;
  const home = await mkdtemp(path.join(tmpdir(), 'chaos-'));
  if (options.keep) say(`logs, ledger and data are kept in ${home}`);
  else cleanup.add(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

  const { natsServer, mongod } = await binaries(say);
  const [broker, database] = await Promise.all([
    Broker.start(cleanup, { binary: natsServer.file, home, cluster }),
    Database.start(cleanup, { binary: mongod, home }),
  ]);
  const { servers, replicas } = broker;
  // The first to connect makes the streams, with as many copies as there are nodes.
  const client = await Client.connect(servers, replicas);
  cleanup.add(() => client.close());
  const ledger = path.join(home, 'ledger.jsonl');
  const written = database.uri('written');
  const crew = await Crew.start(cleanup, {
    options,
    home,
    servers,
    replicas,
    mongoUri: written,
    ledger,
    say,
  });
  const rawLog = await RawLog.open(servers);
  cleanup.add(() => rawLog.close());
  const progress = new Progress(rawLog);
  cleanup.add(() => progress.close());

  say(`${crew.all.length} processes are up; ${runs} runs and faults for ${options.seconds} s`);
  const storm = new Storm({ crew, broker, database }, say);
  const asking = askForRuns(client, planRuns(seeded(seed, 'runs'), SCENARIOS, { runs, overMs }));
  const raging = storm.rage(planFaults(seeded(seed, 'faults'), overMs));
  await Promise.all([asking, raging]);

  say('the storm is over; waiting for every run to end');
  const operator = new Operator(client, progress, () => readLines<LedgerEntry>(ledger));
  await settle(client, progress, operator, options.broken ? QUIET_WHEN_BROKEN_MS : QUIET_MS);
  for (const [reason, times] of operator.dealtWith)
    say(`${times} runs had halted (${reason}) and were dealt with`);
  for (const [code, times] of client.refusals) say(`${times} words to runs were refused (${code})`);
  await progress.close();

  const events = await rawLog.all();
  if (options.keep)
    await writeFile(
      path.join(home, 'log.jsonl'),
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
  if (!(await awaitAudit(written, events.at(-1)?.seq ?? 0)))
    say('the audit did not reach the end of the log');
  await Promise.all(crew.all.map((member) => member.dismiss()));

  say(`${events.length} messages are judged`);
  const output = path.join(home, 'replayed.jsonl');
  const rebuilt = database.uri('rebuilt');
  await Promise.all([
    runOnce(cleanup, 'replay', { NATS_URL: servers, OUTPUT: output }, path.join(home, 'replay.log')),
    runOnce(cleanup, 'rebuild', { NATS_URL: servers, MONGODB_URI: rebuilt }, path.join(home, 'rebuild.log')),
  ]);
  say('every run is replayed, and the audit is rebuilt');
  const replayed = await readLines<{ run: string; decisions: Json[] }>(output);
  const evidence = {
    runs: byRun(events),
    ledger: await readLines<LedgerEntry>(ledger),
    testimony: {
      accepted: client.accepted,
      confirmed: client.confirmed,
      standstills: crew.all.flatMap(({ standstills }) => standstills),
    },
    replayed: new Map(replayed.map(({ run, decisions }) => [run, decisions])),
  };
  const verdict = await check(evidence, { written, rebuilt });
  if (options.keep) await writeFile(path.join(home, 'findings.txt'), verdict.findings.join('\n'));
  return { ...verdict, runs: evidence.runs.size, kills: storm.kills };
}

/** Waits until every run has ended, or nothing happens any more. */
async function settle(
  client: Client,
  progress: Progress,
  operator: Operator,
  quietMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + SETTLE_WITHIN_MS;
  progress.quietMs = 0;
  const accepted = new Set(client.accepted.map(({ run }) => run));
  let looking = Promise.resolve();
  await progress.until(
    () => {
      looking = looking.then(() => operator.look());
      return progress.allEnded && [...accepted].every((run) => progress.runs.has(run));
    },
    () => performance.now() > giveUpAt || progress.quietMs > quietMs,
  );
  await looking;
}

async function binaries(say: (line: string) => void) {
  const folders = findFolders();
  // A session never works on servers of others, so addresses in the environment do not count.
  const env = withoutAddresses(process.env);
  const found = [];
  for (const kind of [natsServerKind(folders), mongodKind(folders)]) {
    const resolved = await resolveServer(kind, { cache: folders.cache, env, say });
    if (resolved.kind !== 'binary') throw new Error(`${kind.name} is to be started by the harness itself`);
    found.push(resolved);
  }
  return { natsServer: found[0]!, mongod: found[1]! };
}
