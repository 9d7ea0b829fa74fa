import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { IsInt } from 'class-validator';
import { connectRunLog, flowRunId, millis, streamSeq, taskRunId } from '#libs/run-log';
import type { JetStreamRunLog } from '#libs/run-log';
import { ownNats } from '#libs/testing';
import type { OwnServer } from '#libs/testing';
import { Catalog, Operation, OperationClient, defineOperation, startService } from './index.js';
import type { RunningService } from './index.js';
import { SilentLogger } from './testing/silent-logger.js';

Logger.overrideLogger(false);

class PourInput {
  @IsInt() cups: number;
}
class PourOutput {
  @IsInt() poured: number;
}
const Pour = defineOperation({
  name: 'pour',
  service: 'kettle',
  category: 'tea',
  stage: 'act',
  description: 'Pours',
  input: PourInput,
  output: PourOutput,
});

let pour: (input: PourInput) => Promise<object>;

@Controller()
class KettleController {
  @Operation(Pour) pour(input: PourInput) {
    return pour(input);
  }
}
class KettleModule {}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Resolves when a connection that got lost is there again, its subscriptions included. */
async function reconnected(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) if (type === 'reconnect') break;
  await connection.flush();
}

let broker: OwnServer;
let kettle: RunningService;
let log: JetStreamRunLog;
let catalog: Catalog;

beforeEach(async () => {
  broker = await ownNats();
  kettle = await startService({
    service: 'kettle',
    module: { module: KettleModule, controllers: [KettleController] },
    contracts: [Pour],
    nats: broker.url,
    logger: new SilentLogger(),
    graceMs: 2_000,
  });
  log = await connectRunLog({ servers: broker.url, name: 'caller' });
  catalog = await Catalog.open(log.connection);
});
afterEach(async () => {
  await kettle.close();
  await catalog.close();
  await log.close();
  await broker.stop();
});

describe('when the broker goes away and comes back', () => {
  it('a task that ran meanwhile is not run again, and its outcome gets there', async () => {
    const begun = gate();
    const finish = gate();
    let runs = 0;
    pour = async ({ cups }) => {
      runs += 1;
      begun.open();
      await finish.opened;
      return { poured: cups };
    };
    const runId = flowRunId('tea');
    await log.decide(runId, streamSeq(0), [
      {
        type: 'TaskScheduled',
        step: 1,
        task: 'pour',
        attempt: 1,
        lane: 'normal',
        execution: 'at-least-once',
        reuseKey: 'k',
        taskRunId: taskRunId('tea-1'),
        service: 'kettle',
        operation: 'pour',
        contractVersion: 1,
        input: { cups: 2 },
        actor: { userId: 'anna', channel: 'flow' },
        flags: {},
        tags: [],
        idempotencyKey: 'k',
        createTaskrun: true,
        timeoutMs: millis(60_000),
      },
    ]);
    await begun.opened;
    const back = reconnected(log.connection);
    await broker.kill();
    finish.open();
    await broker.restart();
    await back;

    const stored = gate();
    const viewer = await log.watch('RUN', { runId, fromSeq: streamSeq(1) }, ({ event }) => {
      if (event.type === 'TaskFinished' && event.outcome.status === 'success') stored.open();
    });
    await stored.opened;
    await viewer.close();
    expect(runs).toBe(1);
  });

  it('calls are answered again and the catalog goes on being followed', async () => {
    pour = ({ cups }) => Promise.resolve({ poured: cups });
    const back = Promise.all([reconnected(log.connection), reconnected(kettle.app.unwrap())]);
    await broker.kill();
    await broker.restart();
    await back;

    const client = new OperationClient({ nats: log.connection, log, catalog });
    const answer = await client.callByName(undefined, 'pour', { cups: 1 });
    expect(answer).toMatchObject({ outcome: { status: 'success', result: { poured: 1 } } });

    const seen = gate();
    kettle.catalog.onChange(() => kettle.catalog.flow('brew') && seen.open());
    await catalog.publishFlow({
      name: 'brew',
      aliases: [],
      description: 'Brews',
      version: '1',
      tags: [],
      inputSchema: { type: 'object' },
    });
    await seen.opened;
  });

  it('a service closes in time while the broker is away', async () => {
    await broker.kill();
    await kettle.close();
    await broker.restart();
  });
});

describe('a broker that is away while a process starts', () => {
  const brew = {
    name: 'brew',
    aliases: [],
    description: 'Brews',
    version: '1',
    tags: [],
    inputSchema: { type: 'object' },
  };

  it('is waited for by the catalog', async () => {
    await catalog.publishFlow(brew);
    await broker.kill();
    const opening = Catalog.open(log.connection);
    const publishing = catalog.publishFlow({ ...brew, version: '2' });
    await broker.restart();
    const other = await opening;
    await publishing;
    expect(other.flow('brew')).toBeDefined();
    await other.close();
    const late = await Catalog.open(log.connection);
    expect(late.flow('brew')).toMatchObject({ version: '2' });
    await late.close();
  });

  it('is waited for no longer than the connection lives', async () => {
    const mine = await connectRunLog({ servers: broker.url, name: 'leaves' });
    await broker.kill();
    const opening = Catalog.open(mine.connection);
    await mine.connection.close();
    await expect(opening).rejects.toMatchObject({ code: 'operation/gave-up' });
    await mine.close();
    await broker.restart();
  });

  it('is waited for by a service that has reached it once', async () => {
    const mine = await connectRunLog({ servers: broker.url, name: 'second kettle' });
    await broker.kill();
    const starting = startService({
      service: 'kettle',
      module: { module: KettleModule, controllers: [KettleController] },
      contracts: [Pour],
      nats: mine,
      logger: new SilentLogger(),
    });
    await broker.restart();
    const second = await starting;
    expect(second.catalog.get('pour')).toMatchObject({ service: 'kettle' });
    await second.close();
    await mine.close();
  });
});
