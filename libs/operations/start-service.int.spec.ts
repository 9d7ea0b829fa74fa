import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  ForbiddenException,
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { map, throwError } from 'rxjs';
import { connectRunLog } from '#libs/run-log';
import type { CallEvent, JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { Catalog, Operation, OperationClient, defineOperation, startService } from './index.js';
import type { OperationContract, OperationRun, RunningService, ServiceOptions } from './index.js';
import { SilentLogger } from './testing/silent-logger.js';

class SumInput {
  @IsInt() a: number;
  @IsInt() b: number = 0;
  @IsOptional() @IsString() userId?: string;
}
class SumOutput {
  @IsInt() sum: number;
  @IsOptional() @IsString() note?: string;
  @IsOptional() @IsString() taskRunId?: string;
}

const operation = (name: string, details: Partial<OperationContract> = {}) =>
  defineOperation({
    name,
    service: 'sums',
    category: 'arithmetic',
    stage: 'transform',
    description: `Adds by ${name}`,
    tags: ['numbers'],
    ...details,
    input: SumInput,
    output: SumOutput,
  });

const Add = operation('add');
const Guarded = operation('guarded_add');
const Piped = operation('piped_add');
const Intercepted = operation('intercepted_add');
const Filtered = operation('filtered_add');
const Provided = operation('provided_add');
const Scoped = operation('scoped_add');
const Nested = operation('nested_add');
const Large = operation('large_add');
const Unrecorded = operation('unrecorded_large_add', { createTaskrun: false });
const Slow = operation('slow_add', { timeoutMs: 300 });

@Injectable()
class OnlyAnna implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToRpc().getContext<OperationRun>().actor.userId === 'anna';
  }
}
@Injectable()
class Doubled implements PipeTransform {
  transform(value: unknown): unknown {
    return value instanceof SumInput ? Object.assign(value, { a: value.a * 2 }) : value;
  }
}
@Injectable()
class Noted implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<object>) {
    const { contract } = context.switchToRpc().getContext<OperationRun>();
    return next.handle().pipe(map((output) => ({ ...output, note: `by ${contract.name}` })));
  }
}
class OverflowError extends Error {}
@Catch(OverflowError)
class OverflowFilter implements ExceptionFilter {
  catch(error: OverflowError) {
    return throwError(
      () => new RpcException({ code: 'sums/overflow', disposition: 'terminal', message: error.message }),
    );
  }
}

const add = ({ a, b }: SumInput) => ({ sum: a + b });
const longNote = 'x'.repeat(9_000_000);

@Controller()
class SumController {
  @Operation(Add) add(input: SumInput) {
    return add(input);
  }
  @UseGuards(OnlyAnna) @Operation(Guarded) guarded(input: SumInput) {
    return add(input);
  }
  @UsePipes(Doubled) @Operation(Piped) piped(input: SumInput) {
    return add(input);
  }
  @UseInterceptors(Noted) @Operation(Intercepted) intercepted(input: SumInput) {
    return add(input);
  }
  @UseFilters(OverflowFilter) @Operation(Filtered) filtered(): never {
    throw new OverflowError('too much');
  }
  @Operation(Nested) async nested(input: SumInput, run: OperationRun) {
    return run.call(Add, { a: input.a, b: 1 });
  }
  @Operation(Large) large() {
    return { sum: 1, note: longNote };
  }
  @Operation(Unrecorded) unrecorded() {
    return { sum: 1, note: longNote };
  }
  @Operation(Slow) slow(_input: SumInput, run: OperationRun) {
    return new Promise((_resolve, reject) =>
      run.signal.addEventListener('abort', () => reject(run.signal.reason as Error)),
    );
  }
}
@Controller({ scope: Scope.REQUEST })
class ScopedController {
  @Operation(Scoped) scoped(input: SumInput) {
    return add(input);
  }
}
@Injectable()
class SumProvider {
  @UseGuards(OnlyAnna) @UseInterceptors(Noted) @Operation(Provided) provided(input: SumInput) {
    return add(input);
  }
}
@Module({ controllers: [SumController, ScopedController], providers: [SumProvider] })
class SumModule {}

const contracts = [
  Add,
  Guarded,
  Piped,
  Intercepted,
  Filtered,
  Provided,
  Scoped,
  Nested,
  Large,
  Unrecorded,
  Slow,
];
const nats = testNats().url;
const logger = new SilentLogger();
const anna = { actor: { userId: 'anna', channel: 'api' } } as const;

let service: RunningService;
let log: JetStreamRunLog;
let catalog: Catalog;
let remote: OperationClient;

beforeAll(async () => {
  service = await startService({
    service: 'sums',
    module: SumModule,
    contracts,
    nats,
    logger,
    stopGraceMs: 100,
  });
  log = await connectRunLog({ servers: nats, name: 'caller' });
  catalog = await Catalog.open(log.connection);
  remote = new OperationClient({ nats: log.connection, log, catalog });
});
afterAll(async () => {
  await service.close();
  await catalog.close();
  await log.close();
});

async function recordOf(taskRunId: string): Promise<CallEvent[]> {
  const events: CallEvent[] = [];
  for await (const { event } of log.readAll('CALLS', 1 as never))
    if (event.taskRunId === taskRunId) events.push(event);
  return events;
}

describe("Nest's own parts on an operation", () => {
  it('a guard refuses, and the refusal is recorded', async () => {
    await expect(remote.call(Guarded, { a: 1, b: 2 }, anna)).resolves.toMatchObject({ sum: 3 });
    const answer = await remote.callByName('sums', 'guarded_add', { a: 1, userId: 'eve' });
    expect(answer).toMatchObject({
      outcome: { status: 'failed', error: { code: 'operation/forbidden', disposition: 'terminal' } },
    });
    expect(await recordOf(answer.taskRunId)).toMatchObject([
      { type: 'CallClaimed', actor: { userId: 'eve' } },
      { type: 'CallFinished', outcome: { error: { code: 'operation/forbidden' } } },
    ]);
  });

  it('a pipe changes the checked input', async () => {
    await expect(remote.call(Piped, { a: 5, b: 1 })).resolves.toMatchObject({ sum: 11 });
  });

  it('an interceptor sees the run and changes the answer', async () => {
    await expect(remote.call(Intercepted, { a: 1, b: 1 })).resolves.toMatchObject({
      note: 'by intercepted_add',
    });
  });

  it('an exception filter decides what becomes of an error', async () => {
    await expect(remote.call(Filtered, { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'sums/overflow',
      disposition: 'terminal',
      message: 'too much',
    });
  });

  it('work on a provider too', async () => {
    await expect(remote.call(Provided, { a: 1, b: 1 }, anna)).resolves.toMatchObject({
      note: 'by provided_add',
    });
    await expect(remote.call(Provided, { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'operation/forbidden',
    });
  });

  it('work on a controller that is made for each request', async () => {
    await expect(remote.call(Scoped, { a: 2, b: 2 })).resolves.toMatchObject({ sum: 4 });
  });

  it('may be global', async () => {
    const guarded = await startService({
      ...sole('guarded_sums', (contract) => {
        @Controller()
        class Sole {
          @Operation(contract) add(input: SumInput) {
            return add(input);
          }
        }
        return [Sole];
      }),
      configure: (app) =>
        app.useGlobalGuards({ canActivate: () => Promise.reject(new ForbiddenException('closed')) }),
    });
    started.push(guarded);
    const contract = guarded.catalog.get('sole', 'guarded_sums');
    const answer = await guarded.client.callByName(contract?.service, 'sole', { a: 1 });
    expect(answer).toMatchObject({ outcome: { error: { code: 'operation/forbidden', message: 'closed' } } });
  });
});

describe('every way of calling', () => {
  it('leaves the same record', async () => {
    const inProcess = await service.client.callByName('sums', 'add', { a: 1, b: 2 }, anna);
    const overNats = await remote.callByName(undefined, 'add', { a: 1, b: 2 }, anna);
    const records = await Promise.all([inProcess, overNats].map(({ taskRunId }) => recordOf(taskRunId)));
    const comparable = records.map((events) =>
      events.map((event) => ({
        ...event,
        taskRunId: 0,
        idempotencyKey: 0,
        startedAt: 0,
        finishedAt: 0,
        deadline: 0,
        outcome: 0,
      })),
    );
    expect(comparable[0]).toEqual(comparable[1]);
    expect(records[0]).toMatchObject([
      { type: 'CallClaimed', operation: 'add', input: { a: 1, b: 2, userId: 'anna' }, actor: anna.actor },
      {
        type: 'CallFinished',
        outcome: { status: 'success', result: { sum: 3, taskRunId: inProcess.taskRunId } },
      },
    ]);
  });

  it('a nested call names its parent', async () => {
    const answer = await remote.callByName(
      'sums',
      'nested_add',
      { a: 1 },
      { ...anna, flags: { dryRun: true } },
    );
    expect(answer).toMatchObject({ outcome: { result: { sum: 2 } } });
    const nested: CallEvent[] = [];
    for await (const { event } of log.readAll('CALLS', 1 as never))
      if (event.type === 'CallClaimed' && event.parentTaskRunId === answer.taskRunId) nested.push(event);
    expect(nested).toMatchObject([{ operation: 'add', actor: anna.actor, flags: { dryRun: true } }]);
  });

  it('an answer over the size of a message is read out of the log', async () => {
    await expect(remote.call(Large, { a: 1, b: 1 })).resolves.toMatchObject({ sum: 1, note: longNote });
  });

  it('an answer over the size of a message that is kept nowhere is a clear error', async () => {
    await expect(remote.call(Unrecorded, { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'operation/reply-too-large',
      message: expect.stringMatching(
        /unrecorded_large_add has 9000\d{3} bytes; the broker takes at most \d+/,
      ),
    });
  });

  it('an input over the size of a message is refused before it is sent', async () => {
    const answer = await remote.callByName('sums', 'add', { a: 1, note: 'x'.repeat(20_000_000) });
    expect(answer).toMatchObject({ status: 'unanswered', error: { code: 'operation/request-too-large' } });
  });

  it('a plain NATS client gets an answer, and one that says what is wrong', async () => {
    const ask = async (body: string | Uint8Array) =>
      (await log.connection.request('operation.sums.add', body, { timeout: 5_000 })).json();
    expect(await ask('{"input":{"a":4}}')).toMatchObject({
      outcome: { status: 'success', result: { sum: 4 } },
    });
    expect(await ask('{"input"')).toMatchObject({
      outcome: { error: { code: 'operation/malformed-request' } },
    });
    expect(await ask(Uint8Array.of(0xff))).toMatchObject({
      outcome: { error: { code: 'operation/malformed-request' } },
    });
  });

  it('a call that takes too long tells so', async () => {
    await expect(remote.call(Slow, { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'operation/timeout',
      disposition: 'retry',
    });
  });
});

describe('a call that nobody answers', () => {
  it('says that there is no such operation', async () => {
    expect(await remote.callByName(undefined, 'subtract', {})).toMatchObject({
      status: 'unanswered',
      error: { code: 'operation/unknown', message: 'there is no operation subtract' },
    });
  });

  it('says that the service is not running', async () => {
    const Away = defineOperation({ ...Add, service: 'away' });
    await expect(remote.call(Away, { a: 1, b: 1 })).rejects.toMatchObject({
      code: 'operation/not-running',
      message: 'add cannot be run: the service away is not running',
    });
  });
});

describe('the catalog', () => {
  it('finds operations by name, category, tag, service and words', () => {
    expect(catalog.get('add')).toMatchObject({
      service: 'sums',
      inputSchema: {
        properties: { a: { type: 'integer' }, b: { type: 'integer', default: 0 } },
        required: ['a'],
      },
    });
    expect(catalog.byService('sums')).toHaveLength(contracts.length);
    expect(catalog.byCategory('arithmetic').length).toBeGreaterThanOrEqual(contracts.length);
    expect(catalog.byTag('numbers').map(({ name }) => name)).toContain('piped_add');
    expect(catalog.search('ADDS sums guarded_a').map(({ name }) => name)).toEqual(['guarded_add']);
  });

  it('follows flows that others publish, and finds them by alias', async () => {
    const seen = new Promise<void>((resolve) => {
      const off = service.catalog.onChange(() => {
        if (!service.catalog.flow('tally')) return;
        off();
        resolve();
      });
    });
    await catalog.publishFlow({
      name: 'tally_up',
      aliases: ['tally'],
      description: 'Adds everything up',
      version: '1',
      tags: [],
      inputSchema: { type: 'object' },
    });
    await seen;
    expect(service.catalog.flows().map(({ name }) => name)).toEqual(['tally_up']);
  });
});

const started: RunningService[] = [];
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
});

function sole(name: string, controllers: (contract: typeof Add) => (new () => object)[]): ServiceOptions {
  const contract = defineOperation({ ...Add, name: 'sole', service: name });
  class SoleModule {}
  return {
    service: name,
    module: { module: SoleModule, controllers: controllers(contract) },
    contracts: [contract],
    nats,
    logger,
  };
}

describe('the start', () => {
  it('fails on a contract without a handler', async () => {
    await expect(startService(sole('empty_sums', () => []))).rejects.toMatchObject({
      code: 'operation/handler-mismatch',
      message: 'the service empty_sums cannot start: sole has no handler: no method carries its @Operation',
    });
  });

  it('fails on a contract with two handlers, wherever they stand', async () => {
    const twice = sole('double_sums', (contract) => {
      @Controller()
      class First {
        @Operation(contract) one(input: SumInput) {
          return add(input);
        }
      }
      @Controller()
      class Second {
        @Operation(contract) other(input: SumInput) {
          return add(input);
        }
      }
      return [First, Second];
    });
    await expect(startService(twice)).rejects.toMatchObject({
      message: 'the service double_sums cannot start: sole has 2 handlers: First.one and Second.other',
    });
  });

  it('takes back from the catalog what the service no longer offers', async () => {
    const one = (contract: typeof Add) => {
      @Controller()
      class One {
        @Operation(contract) add(input: SumInput) {
          return add(input);
        }
      }
      return [One];
    };
    started.push(await startService(sole('shrinking_sums', one)));
    expect(started[0]?.catalog.byService('shrinking_sums')).toHaveLength(1);
    const none = { ...sole('shrinking_sums', () => []), contracts: [] };
    const smaller = await startService(none);
    started.push(smaller);
    expect(smaller.catalog.byService('shrinking_sums')).toEqual([]);
  });
});
