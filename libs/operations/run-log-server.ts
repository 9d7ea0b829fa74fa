import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Msg, Subscription as NatsSubscription } from '@nats-io/transport-node';
import { millis } from '#libs/run-log';
import type { Subscription } from '#libs/run-log';
import { asService, observe, scopeLines } from '#libs/telemetry';
import { ReplyTooLargeError } from './call-errors.js';
import type { OperationContract } from './contract.js';
import { listenToConsole } from './console-lines.js';
import { toErrorRecord } from './error-record.js';
import { HaltError } from './errors.js';
import { beginCounts, inProgress } from './figures.js';
import { keepSubscribed } from './keep-subscribed.js';
import type { KeptSubscription } from './keep-subscribed.js';
import { laneConcurrency } from './limits/lane-gate.js';
import type { Lane } from './limits/lane-gate.js';
import type { LocalOperation } from './local-operations.js';
import type { OperationRuntime } from './operation-runtime.js';
import { scopeHere } from './run-context.js';
import { Stop } from './stop.js';
import { untilAnswered } from './until-answered.js';
import { readRequest, subjectOf } from './wire.js';
import type { CallReply } from './wire.js';
import type { Answer } from './direct-calls.js';
import type { Handler } from './work.js';

const LANES: readonly Lane[] = ['urgent', 'normal'];

/**
 * Brings a Nest microservice its work: tasks out of the run log, and direct calls by request and reply.
 *
 * It binds and unbinds; how one task or call goes is the matter of TaskWorker and DirectCalls.
 */
export class RunLogServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('run-log');
  private readonly tasks: KeptSubscription[] = [];
  private readonly requests: NatsSubscription[] = [];
  private readonly answering = new Set<Promise<void>>();
  private cancels: KeptSubscription | undefined;
  private leaveConsole: () => void = () => undefined;
  private unscope: () => void = () => undefined;
  private unobserve: () => void = () => undefined;
  private readonly closing = new AbortController();

  constructor(private readonly runtime: OperationRuntime) {
    super();
  }

  override listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /**
   * Stops taking work, waits for what is in hand up to the grace time, hands back what is not done by then, and
   * returns when everything said has left this process.
   */
  override async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    const { runtime } = this;
    const grace = new AbortController();
    const timer = setTimeout(() => grace.abort(), runtime.graceMs);
    const { nats } = runtime.options;
    try {
      await Promise.all([
        ...this.tasks.map((subscription) => subscription.close()),
        runtime.worker.close(grace.signal),
        this.stopAnswering(grace.signal),
      ]);
      await this.cancels?.close();
      if (!nats.isClosed()) await whileThere(nats.flush(), grace.signal);
    } finally {
      clearTimeout(timer);
      runtime.local.clear();
      this.leaveConsole();
      this.unscope();
      this.unobserve();
    }
  }

  /** Why some of the service's work does not reach it, in a sentence; undefined where all does. */
  get trouble(): string | undefined {
    if (this.closing.signal.aborted) return 'no work is taken any more';
    const wanted = this.runtime.options.contracts.length * LANES.length;
    if (this.tasks.length < wanted || !this.cancels)
      return `${this.tasks.length} of ${wanted} readers of its tasks are made`;
    const ended = [...this.tasks, this.cancels].filter((one) => !one.isFollowing());
    return ended.length === 0 ? undefined : `not followed: ${ended.map(({ name }) => name).join(', ')}`;
  }

  /** There are no events beside Nest's own. */
  override on(event: string): never {
    throw new TypeError(`the run log server has no event ${event}`);
  }

  override unwrap<T>(): T {
    return this.runtime.options.nats as T;
  }

  private async start(): Promise<void> {
    const { runtime } = this;
    const { service, contracts, nats, log, catalog } = runtime.options;
    const hosted = contracts.map((contract) => this.hosted(contract));
    this.leaveConsole = listenToConsole();
    this.unscope = scopeLines(scopeHere);
    beginCounts(contracts);
    this.unobserve = observe((tell) =>
      tell(inProgress, runtime.worker.size + runtime.calls.size, { service }),
    );
    this.cancels = await keepSubscribed({
      name: 'the watch over cancels',
      begin: async () => {
        const watch = await log.watchCancels(({ event }) => runtime.cancellations.note(event));
        // What was said before is looked up in the run itself.
        runtime.worker.followsCancelsSince((await log.info('RUN')).lastSeq);
        return watch;
      },
      closing: this.closing.signal,
      error: (sentence) => void this.logger.error(sentence),
    });
    await Promise.all(hosted.flatMap((operation) => LANES.map((lane) => this.serve(operation, lane))));
    for (const operation of hosted) this.answerTo(operation);
    // A catalog that knows it all already asks the broker nothing, and whoever calls at once would find nobody there.
    await untilAnswered(nats, () => nats.flush(), { until: this.closing.signal });
    await catalog?.publishService(service, contracts);
  }

  /** Finds the handler: Nest has bound it where a controller holds it, the loader where a provider does. */
  private hosted(contract: OperationContract): LocalOperation {
    const { local } = this.runtime;
    const known = local.find(contract.service, contract.name);
    if (known) return known;
    const handler: Handler | null = this.getHandlerByPattern(subjectOf(contract));
    if (!handler)
      throw new HaltError('operation/handler-mismatch', `no handler is bound to ${contract.name}`);
    local.host(contract, handler);
    return { contract, handler };
  }

  private async serve({ contract, handler }: LocalOperation, lane: Lane): Promise<void> {
    const { runtime } = this;
    const { log, service } = runtime.options;
    const globalConcurrency = laneConcurrency(contract, lane);
    const reader = {
      service,
      operation: contract.name,
      lane,
      globalConcurrency,
      slots: Math.min(runtime.slots, globalConcurrency),
      ackWaitMs: millis(runtime.ackWaitMs),
    };
    const begin = (): Promise<Subscription> =>
      log.serve(reader, (delivery) =>
        asService(service, () => runtime.worker.handle(contract, handler, delivery)),
      );
    this.tasks.push(
      await keepSubscribed({
        name: `the work of ${contract.name} (${lane})`,
        begin,
        closing: this.closing.signal,
        error: (sentence) => void this.logger.error(sentence),
      }),
    );
  }

  private answerTo(operation: LocalOperation): void {
    const { nats, service } = this.runtime.options;
    this.requests.push(
      nats.subscribe(subjectOf(operation.contract), {
        queue: service,
        callback: (error, message) => {
          if (error) return void this.logger.error(error);
          const answering = asService(service, () => this.answer(operation, message)).catch(
            (failure: unknown) => void this.logger.error(failure),
          );
          this.answering.add(answering);
          void answering.finally(() => this.answering.delete(answering));
        },
      }),
    );
  }

  private async answer({ contract, handler }: LocalOperation, message: Msg): Promise<void> {
    let call;
    try {
      call = readRequest(contract, message.data);
    } catch (error) {
      message.respond(
        JSON.stringify({ taskRunId: '', outcome: { status: 'failed', error: toErrorRecord(error) } }),
      );
      return;
    }
    const traceparent = message.headers?.get('traceparent');
    const tracestate = message.headers?.get('tracestate');
    const trace = { ...(traceparent ? { traceparent } : {}), ...(tracestate ? { tracestate } : {}) };
    const stop = new Stop();
    const answer = await this.runtime.calls.run({ contract, attempt: 1, trace, stop, ...call }, handler);
    this.reply(message, contract, call.execution.taskRunId, answer);
  }

  /** A reply that is too large names where the log keeps the outcome; where it keeps none, it says so. */
  private reply(
    message: Msg,
    contract: OperationContract,
    taskRunId: CallReply['taskRunId'],
    answer: Answer,
  ): void {
    const send = (reply: CallReply): number => {
      const body = Buffer.from(JSON.stringify(reply));
      const limit = this.runtime.options.nats.info?.max_payload ?? Infinity;
      if (body.length > limit) return body.length;
      message.respond(body);
      return 0;
    };
    const tooLarge = send({ taskRunId, outcome: answer.outcome });
    if (tooLarge === 0) return;
    if (answer.storedAt !== undefined) return void send({ taskRunId, storedAt: answer.storedAt });
    const limit = this.runtime.options.nats.info?.max_payload ?? 0;
    const error = toErrorRecord(new ReplyTooLargeError(contract.name, tooLarge, limit));
    send({ taskRunId, outcome: { status: 'failed', error } });
  }

  private async stopAnswering(grace: AbortSignal): Promise<void> {
    const draining = this.requests.map((subscription) => subscription.drain());
    await whileThere(Promise.all(draining), grace);
    await this.runtime.calls.close(grace);
    await Promise.allSettled(this.answering);
  }
}

/**
 * Waits for a flush or a drain as far as there is a broker to wait for: without one it may never end, and what it
 * would say is that there is none.
 */
async function whileThere(done: Promise<unknown>, grace: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (grace.aborted) resolve();
    grace.addEventListener('abort', () => resolve(), { once: true });
    done.then(
      () => resolve(),
      () => resolve(),
    );
  });
}
