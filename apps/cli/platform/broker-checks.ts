import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readServiceEnv } from '#libs/operations';
import { connectRunLog, readQueues, type JetStreamRunLog, type Queue } from '#libs/run-log';
import { sentenceOf } from '../terminal/cli-error.js';
import { bytes, duration } from '../terminal/format.js';
import { addressOf } from './address-of.js';
import type { Check, CheckInput, Finding } from './finding.js';

/** Schedules and times of records are off by as much. */
const MOST_SKEW_MS = 2_000;
/** What is at work takes its messages within moments. */
const STALE_MS = 60_000;
const NO_ROOM = 10023;

/** Looks at the broker, and over its connection at the log, the clocks, and at who reads what is in the log. */
export const brokerChecks: Check = async (input) => {
  const what = 'broker';
  const { folders, env } = input;
  const named = env['NATS_URL'] || undefined;
  const servers = named ?? (await addressOf(folders.home, 'nats-server', 'nats'));
  if (!servers) return [{ what, verdict: 'note', told: 'not running', hint: 'start it: jobhunter up' }];
  let log: JetStreamRunLog;
  try {
    const { access } = readServiceEnv({ ...env, NATS_URL: servers });
    // Refuses a broker that is too old, and stream settings that came back changed.
    log = await connectRunLog({
      servers,
      name: 'doctor',
      unavailableAfterMs: 3_000,
      ...(access ? { access } : {}),
    });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint: hintFor(code, named) }];
  }
  try {
    const { info } = log.connection;
    const told = `answers (${info?.version ?? 'no version told'}), settings as they should be`;
    const found = await Promise.all([
      room(log.connection),
      clock(log.connection, input),
      readers(log, input),
    ]);
    return [{ what, verdict: 'ok', told }, ...found.flat()];
  } catch (error) {
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint: hintFor('', named) }];
  } finally {
    await log.close();
  }
};

function hintFor(code: string, named: string | undefined): string {
  if (code === 'run-log/unfit-broker')
    return 'put nats-server 2.14 or newer in its place (nats.io/download); the data may stay';
  if (code === 'run-log/full')
    return 'raise the storage limit of JetStream, or let finished runs be archived: docs/guides/retention.md';
  if (code === 'run-log/sign-in-refused') return 'see NATS_USER and NATS_PASSWORD, or NATS_CREDS';
  if (named !== undefined)
    return 'is NATS_URL right? In Docker Compose a service reaches the broker by its name (nats://nats:4222): localhost is its own container';
  return 'see logs/nats-server.log in the folder above; `jobhunter down`, then `jobhunter up` starts it anew';
}

/** A server does not tell how full it is: it is asked to keep one more thing, which is taken back. */
async function room(connection: NatsConnection): Promise<Finding[]> {
  const what = 'room in the log';
  const manager = await jetstreamManager(connection);
  const name = `DOCTOR-${randomUUID()}`;
  const { storage, limits } = await manager.getAccountInfo();
  const limit = (limits as { max_storage?: number }).max_storage ?? -1;
  const kept = limit > 0 ? `${bytes(storage)} of ${bytes(limit)} taken` : `${bytes(storage)} taken`;
  try {
    await manager.streams.add({ name, subjects: [`doctor.${name}`], storage: StorageType.File, max_msgs: 1 });
    await jetstream(connection).publish(`doctor.${name}`, 'x'.repeat(1_024));
    return [{ what, verdict: 'ok', told: kept }];
  } catch (error) {
    if ((error as { code?: number }).code !== NO_ROOM)
      return [{ what, verdict: 'note', told: `not known: ${sentenceOf(error)}` }];
    const told = `none: the broker refuses new work (${kept}); nothing old is lost`;
    return [{ what, verdict: 'bad', told, hint: hintFor('run-log/full', undefined) }];
  } finally {
    await manager.streams.delete(name).catch(() => undefined);
  }
}

/** Compares this machine's clock with that of the broker, which keeps the time of schedules. */
async function clock(connection: NatsConnection, { now }: CheckInput): Promise<Finding[]> {
  const what = 'clock';
  const manager = await jetstreamManager(connection);
  const asked = now();
  const { ts } = (await manager.streams.info('RUN')) as { ts?: string };
  const answered = now();
  if (ts === undefined) return [{ what, verdict: 'note', told: 'the broker does not tell its time' }];
  // Somewhere between question and answer it was so late there.
  const there = Date.parse(ts);
  const skew = there < asked ? asked - there : there > answered ? there - answered : 0;
  if (skew < MOST_SKEW_MS) return [{ what, verdict: 'ok', told: 'agrees with that of the broker' }];
  const told = `${there < asked ? 'ahead of' : 'behind'} that of the broker by ${duration(skew)}`;
  return [
    { what, verdict: 'bad', told, hint: 'set both by a time server (NTP); schedules go by the broker' },
  ];
}

/** Tells what waits in the log for somebody who does not come. */
async function readers(log: JetStreamRunLog, { now }: CheckInput): Promise<Finding[]> {
  const [queues, { messages }] = await Promise.all([readQueues(log.connection), log.info('RUN')]);
  const stale = queues.filter(({ oldestAt }) => oldestAt !== undefined && now() - oldestAt > STALE_MS);
  const findings: Finding[] = [];
  const audits = queues.filter(({ stream, reader }) => stream === 'RUN' && reader.kind === 'projector');
  if (audits.length === 0 && messages > 0) {
    const told = 'no audit has read this log, so there are no records of its runs and tasks';
    findings.push({ what: 'records', verdict: 'bad', told, hint: 'start the service audit' });
  }
  const behind = stale.filter(({ reader }) => reader.kind === 'projector');
  if (behind.length > 0) {
    const told = `behind the log by ${since(behind, now())}: new runs, and tasks of known ones, are missing`;
    const hint =
      'start the service audit, or see in its log what keeps it; jobhunter audit rebuild makes all anew';
    findings.push({ what: 'records', verdict: 'bad', told, hint });
  }
  const left = stale.filter(({ reader }) => reader.kind === 'partition');
  if (left.length > 0) {
    const told = `${count(left)} wait for an orchestrator since ${since(left, now())}: runs do not go on`;
    findings.push({ what: 'runs', verdict: 'bad', told, hint: 'start the orchestrator, or see its log' });
  }
  for (const queue of stale) {
    const { reader } = queue;
    if (reader.kind !== 'service') continue;
    const told = `${count([queue])} of ${reader.operation} wait since ${since([queue], now())}`;
    const hint = `start the service ${reader.service}, or more of it`;
    findings.push({ what: reader.service, verdict: 'note', told, hint });
  }
  return findings;
}

const count = (queues: readonly Queue[]): string =>
  String(queues.reduce((sum, { waiting, inHand }) => sum + waiting + inHand, 0));

const since = (queues: readonly Queue[], now: number): string =>
  duration(now - Math.min(...queues.map(({ oldestAt }) => oldestAt ?? now)));
