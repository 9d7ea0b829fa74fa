import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, createInbox, headers, type NatsConnection } from '@nats-io/transport-node';
import { APPLIER_CONTRACTS } from '#libs/contracts';
import { KEY_RECORDS, KeyRecords, KEYS_BUCKET } from '#libs/key-registry';
import { jetStreamBuckets } from '#libs/key-values';
import {
  connectRunLog,
  flowRunId,
  partitionOf,
  serviceDurable,
  streamSeq,
  type JetStreamRunLog,
  type Undecodable,
} from '#libs/run-log';
import { guardedBroker, type GuardedBroker } from '../../e2e/support/guarded-broker.js';

const RUN = flowRunId('run-guarded');
const ROOT = `run.${partitionOf(RUN)}.${RUN}`;
const THEIRS = serviceDurable({
  service: 'applier',
  operation: APPLIER_CONTRACTS[0]!.name,
  lane: 'normal',
});

let broker: GuardedBroker;
let operator: JetStreamRunLog;
const open: NatsConnection[] = [];

beforeAll(async () => {
  broker = await guardedBroker();
  operator = await connectRunLog({ servers: broker.urlOf('operator'), name: 'spec' });
  await operator.start(RUN, { type: 'StartRequested' } as never);
  await jetStreamBuckets(operator.connection).open(KEYS_BUCKET).keys();
  const manager = await jetstreamManager(operator.connection);
  await manager.consumers.add('RUN', { durable_name: THEIRS, ack_policy: 'explicit' });
});
afterAll(async () => {
  for (const connection of open) await connection.close();
  await operator?.close();
  await broker?.stop();
});

async function signedIn(user: string): Promise<NatsConnection> {
  const connection = await connect({
    servers: broker.url,
    user,
    pass: broker.passwords[user]!,
    inboxPrefix: `_INBOX.${user}`,
    reconnect: false,
  });
  open.push(connection);
  return connection;
}

/** What the broker says to something that a user does. */
async function refusalOf(user: string, act: (as: NatsConnection) => void): Promise<string> {
  const connection = await signedIn(user);
  const statuses = connection.status()[Symbol.asyncIterator]();
  act(connection);
  await connection.flush();
  // The broker answers in order: what it refuses is said before the flush is answered.
  connection.publish('spec.end.of.what.is.refused');
  for (;;) {
    const { value } = await statuses.next();
    if (value?.type === 'error') return String(value.error.message);
  }
}

const refused = (operation: 'Publish' | 'Subscription', subject: string): string =>
  `Permissions Violation for ${operation} to "${subject}"`;

describe('a service that speaks with the voice of another', () => {
  it.each([
    ['scraper', 'decides', `${ROOT}.decision.flow`],
    ['scraper', 'schedules a task', `${ROOT}.decision.task.applier.apply_job.normal`],
    ['audit', 'cancels tasks', `${ROOT}.decision.cancel`],
    ['gateway', 'decides', `${ROOT}.decision.flow`],
    ['documents', 'starts a run past the orchestrator', `${ROOT}.in.request.start`],
    ['gateway', 'says how a task ended', `${ROOT}.in.outcome`],
    ['gateway', 'claims a task', `${ROOT}.fact.claim.task-1.1`],
    ['orchestrator', 'says how a task ended', `${ROOT}.in.outcome`],
    ['applier', 'sets a timer', `${ROOT}.later.t1`],
    ['scraper', "claims another's direct call", 'call.applier.apply_job'],
    ['documents', "writes another's dead letter", 'dead.scraper.process_jobs'],
    ['scraper', "offers another's operation", '$KV.CATALOG.operation.applier.apply_job'],
    ['applier', 'offers a flow', '$KV.CATALOG.flow.apply_to_job'],
    ['scraper', 'speaks as an orchestrator among orchestrators', 'partitions.beat'],
    ['documents', 'asks the audit', 'operation.audit.rebuild_audit'],
    ['applier', 'starts a flow', 'workflows.start.apply_to_job'],
    ['scraper', 'makes a deployment', 'deployment.d1.spec'],
    ['scraper', 'writes a key', '$KV.api_keys.key.k1'],
    ['audit', 'reads the keys', '$JS.API.DIRECT.GET.KV_api_keys.$KV.api_keys.key.k1'],
    ['orchestrator', 'writes a key', '$KV.api_keys.key.k1'],
    ['orchestrator', 'removes keys', '$JS.API.STREAM.PURGE.KV_api_keys'],
    ['scraper', 'follows the keys', '$JS.API.CONSUMER.CREATE.KV_api_keys.x.$KV.api_keys.>'],
    ['scraper', 'deletes the log', '$JS.API.STREAM.DELETE.RUN'],
    ['orchestrator', 'deletes the log', '$JS.API.STREAM.DELETE.RUN'],
    ['documents', 'empties the log', '$JS.API.STREAM.PURGE.RUN'],
    ['gateway', 'deletes a message of the log', '$JS.API.STREAM.MSG.DELETE.RUN'],
    ['scraper', 'changes the log', '$JS.API.STREAM.UPDATE.RUN'],
    ['scraper', "takes another's work", `$JS.API.CONSUMER.MSG.NEXT.RUN.${THEIRS}`],
    ['scraper', "settles another's work", `$JS.ACK.RUN.${THEIRS}.1.1.1.1.0`],
    ['gateway', "takes a service's work", `$JS.API.CONSUMER.MSG.NEXT.RUN.${THEIRS}`],
    ['applier', 'takes the triggers of a partition', '$JS.API.CONSUMER.MSG.NEXT.RUN.orchestrator-0'],
    ['scraper', "removes another's reader", `$JS.API.CONSUMER.DELETE.RUN.${THEIRS}`],
    ['scraper', "moves another's reader back", '$JS.API.CONSUMER.RESET.RUN.projector=audit_runs'],
    [
      'scraper',
      'reads the work of another under its own name',
      `$JS.API.CONSUMER.CREATE.RUN.service=scraper=process_jobs=normal.run.*.*.decision.task.applier.>`,
    ],
  ])('is refused: %s %s', async (user, _, subject) => {
    expect(await refusalOf(user, (as) => as.publish(subject, '{}'))).toBe(refused('Publish', subject));
  });

  it.each([
    ['scraper', "to others' answers", '_INBOX.gateway.>'],
    ['gateway', 'to all answers', '_INBOX.>'],
    ['documents', 'to decisions as they are made', 'run.>'],
    ['scraper', "to another's calls", 'operation.applier.*'],
    ['applier', 'to what orchestrators are asked', 'workflows.*.*'],
    ['scraper', 'to who follows which partition', 'partitions.beat'],
    ['orchestrator', 'to keys as they are written', '$KV.api_keys.>'],
  ])('is refused to listen: %s %s', async (user, _, subject) => {
    expect(await refusalOf(user, (as) => as.subscribe(subject))).toBe(refused('Subscription', subject));
  });

  it('leaves nothing behind', async () => {
    const { events, lastDecision } = await operator.readRun(RUN);
    expect(events.map(({ event }) => event.type)).toEqual(['StartRequested']);
    expect(lastDecision).toBe(0);
    const { values } = await (await new Kvm(operator.connection).open('api_keys')).status();
    expect(values).toBe(0);
  });
});

describe('a process of the platform that is refused', () => {
  it('hears at once that it may not publish, in a sentence that names the subject', async () => {
    const troubles: string[] = [];
    const log = await connectRunLog({
      servers: broker.url,
      access: { user: 'scraper', password: broker.passwords['scraper']! },
      onReaderTrouble: (reader, error) => troubles.push(`${reader}: ${(error as Error).message}`),
    });
    const deciding = log.decide(RUN, streamSeq(0), [{ type: 'RunResumed', after: 'halt' } as never]);
    const sentence = `the broker does not let this process publish on ${ROOT}.decision.flow`;
    await expect(deciding).rejects.toMatchObject({
      code: 'run-log/not-permitted',
      disposition: 'halt',
      operation: 'publish',
      subject: `${ROOT}.decision.flow`,
      message: expect.stringContaining(sentence),
    });
    expect(troubles).toEqual([expect.stringContaining(`permissions: ${sentence}`)]);
    await log.close();
  });

  it('hears at once that it may not read', async () => {
    const connection = await signedIn('sys');
    await expect(connectRunLog({ connection, unavailableAfterMs: 500 })).rejects.toMatchObject({
      code: expect.stringMatching(/^run-log\//),
    });
  });

  it('is told which user was not let in, and never the password', async () => {
    const wrong = connectRunLog({
      servers: broker.url,
      access: { user: 'scraper', password: 'opensesame' },
      unavailableAfterMs: 0,
    });
    await expect(wrong).rejects.toMatchObject({ code: 'run-log/sign-in-refused', disposition: 'halt' });
    await expect(wrong).rejects.toThrow('the broker does not let the user scraper in');
    await expect(wrong).rejects.not.toThrow('opensesame');
  });

  it('is let in by nobody without a name', async () => {
    await expect(connectRunLog({ servers: broker.url, unavailableAfterMs: 0 })).rejects.toThrow(
      'the broker does not let a process without a user in',
    );
  });
});

describe('the orchestrator, which may see keys and write none', () => {
  it('follows the key that the owner of a deployment came by', async () => {
    const keys = jetStreamBuckets(await signedIn('gateway')).open(KEYS_BUCKET);
    const record = { id: 'k9', role: 'viewer', permissions: null, expiresAt: null, revokedAt: null };
    await keys.put([KEY_RECORDS, 'k9'], record);
    const seen = await KeyRecords.open(jetStreamBuckets(await signedIn('orchestrator')).open(KEYS_BUCKET));
    expect(seen.find('k9')).toEqual(record);
    const changed = new Promise((resolve) => seen.onChange('k9', resolve));
    await keys.put([KEY_RECORDS, 'k9'], { ...record, revokedAt: '2026-11-22T09:00:00Z' });
    expect(await changed).toMatchObject({ revokedAt: '2026-11-22T09:00:00Z' });
    seen.close();
  });
});

describe('a schedule, whose target the broker asks nobody about', () => {
  it('puts no decision into a run: what it has put there is not read as one', async () => {
    const victim = flowRunId('run-scheduled');
    const target = `run.${partitionOf(victim)}.${victim}.decision.flow`;
    const seen: string[] = [];
    const problems: Undecodable[] = [];
    let bothThere: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothThere = resolve));
    const onUndecodable = (problem: Undecodable): void => {
      if (problems.push(problem) === 2) bothThere();
    };
    const reader = await connectRunLog({ servers: broker.urlOf('operator'), onUndecodable });
    await reader.watch('RUN', { runId: victim }, ({ event }) => seen.push(event.type));
    const wire = headers();
    wire.set('Nats-Schedule', `@at ${new Date(0).toISOString()}`);
    wire.set('Nats-Schedule-Target', target);
    wire.set('Event-Type', 'RunHalted');
    wire.set('Event-Version', '1');
    const scraper = await signedIn('scraper');
    const outcome = `run.${partitionOf(victim)}.${victim}.in.outcome`;
    scraper.publish(outcome, JSON.stringify({ type: 'RunHalted', reason: 'poison' }), { headers: wire });
    await both;
    expect(problems.map(({ subject, error }) => [subject, String(error.cause)])).toEqual([
      [outcome, expect.stringContaining(`RunHalted may not stand under ${outcome}`)],
      [target, expect.stringContaining(`a schedule has put it on ${target}`)],
    ]);
    expect(seen).toEqual([]);
    const { unreadable } = await reader.readRun(victim);
    expect(unreadable).toMatchObject({ code: 'run-log/undecodable-event' });
    await reader.close();
  });
});

describe('large bodies', () => {
  it('go to the store and come back, whoever speaks', async () => {
    const [orchestrator, scraper, gateway] = await Promise.all(
      ['orchestrator', 'scraper', 'gateway'].map((user) =>
        connectRunLog({ servers: broker.url, access: { user, password: broker.passwords[user]! } }),
      ),
    );
    const runId = flowRunId('run-large');
    const text = 'x'.repeat(400_000);
    await orchestrator!.start(runId, { type: 'StartRequested', input: { text } } as never);
    await scraper!.outcome(runId, {
      type: 'TaskFinished',
      taskRunId: 'task-large',
      attempt: 1,
      outcome: { status: 'success', result: { text } },
    } as never);
    const { events } = await gateway!.readRun(runId);
    expect(events.map(({ event }) => event)).toMatchObject([
      { type: 'StartRequested', input: { text } },
      { type: 'TaskFinished', outcome: { result: { text } } },
    ]);
    const call = {
      type: 'CallFinished',
      service: 'scraper',
      operation: 'list_jobs',
      taskRunId: 'call-large',
    };
    const seq = await scraper!.call({ ...call, outcome: { status: 'success', result: { text } } } as never);
    for await (const { event } of gateway!.readAll('CALLS', seq))
      expect(event).toMatchObject({ ...call, outcome: { result: { text } } });
    await Promise.all([orchestrator, scraper, gateway].map((log) => log!.close()));
  });
});

describe('answers', () => {
  it('are listened for under the name of the user, whoever asks for them', async () => {
    const log = await connectRunLog({
      servers: broker.url,
      access: { user: 'gateway', password: broker.passwords['gateway']! },
    });
    const connection = log.connection as NatsConnection & { options: { inboxPrefix?: string } };
    expect(createInbox(connection.options.inboxPrefix)).toMatch(/^_INBOX\.gateway\.\w+$/);
    await expect(log.readRun(RUN)).resolves.toMatchObject({ lastDecision: 0 });
    await expect(log.info('RUN')).resolves.toMatchObject({ firstSeq: 1 });
    expect(await jetstream(log.connection).consumers.get('RUN', THEIRS).catch(String)).toMatch(
      /Permissions Violation/,
    );
    await log.close();
  });
});
