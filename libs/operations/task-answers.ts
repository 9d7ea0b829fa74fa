import { millis } from '#libs/run-log';
import type {
  Delivery,
  Execution,
  Outcome,
  RunLog,
  StreamSeq,
  TaskScheduled,
  TraceContext,
} from '#libs/run-log';
import type { OperationContract } from './contract.js';
import { DeliveryExhaustedError, deadLetterOf } from './dead-letter.js';
import { toErrorRecord } from './error-record.js';
import { countDeadLetter, countEnd } from './figures.js';
import { keepTrying } from './keep-trying.js';
import type { KeptResults } from './kept/kept-results.js';
import { storeOutcome } from './store-outcome.js';

export interface TaskAnswersOptions {
  readonly log: Pick<RunLog, 'outcome' | 'call'>;
  readonly kept: KeptResults;
  readonly by: string;
  /** Deliveries of one attempt after which it is given up. */
  readonly deliveryLimit: number;
}

/** When the work on an attempt began and ended, in milliseconds of Unix time. */
interface Times {
  readonly startedAt: number;
  readonly finishedAt: number;
}

/**
 * Answers tasks with how their attempts ended. Each method says how the delivery is to be settled, and only once the
 * answer is stored; it throws GaveUpError once `until` is aborted.
 */
export class TaskAnswers {
  constructor(
    private readonly options: TaskAnswersOptions,
    private readonly until: AbortSignal,
  ) {}

  /** Stores the outcome; the delivery may be acked after that. */
  async answer(
    contract: OperationContract,
    delivery: Delivery<TaskScheduled>,
    outcome: Outcome,
    trace: TraceContext = delivery.trace,
    times: Times = nowAndNow(),
  ): Promise<'ack'> {
    const { event: task, runId, deliveries } = delivery;
    const store = (stored: Outcome): Promise<StreamSeq> =>
      this.options.log.outcome(
        runId,
        {
          type: 'TaskFinished',
          taskRunId: task.taskRunId,
          attempt: task.attempt,
          operation: task.operation,
          startedAt: millis(times.startedAt),
          finishedAt: millis(times.finishedAt),
          deliveries,
          by: this.options.by,
          outcome: stored,
        },
        trace,
      );
    const stored = await storeOutcome(outcome, store, this.until);
    countEnd('task', contract, stored.outcome, times);
    return 'ack';
  }

  /** What is to be found by name is there before anybody hears of the success. */
  async keepAndAnswer(
    contract: OperationContract,
    delivery: Delivery<TaskScheduled>,
    execution: Execution,
    outcome: Outcome,
    trace?: TraceContext,
    times?: Times,
  ): Promise<'ack'> {
    const { event: task, runId } = delivery;
    if (task.cache || task.resultName !== undefined)
      await this.options.kept.keep({ ...task, ...execution }, runId, outcome, this.until);
    return this.answer(contract, delivery, outcome, trace, times);
  }

  /** Gives up an attempt that was handed out too often, and keeps it as a dead letter. */
  async exhausted(contract: OperationContract, delivery: Delivery<TaskScheduled>): Promise<'ack'> {
    const error = toErrorRecord(new DeliveryExhaustedError(contract.name, this.options.deliveryLimit));
    await this.answer(contract, delivery, { status: 'failed', error });
    const letter = deadLetterOf(contract, delivery, error);
    await keepTrying(() => this.options.log.call(letter, delivery.trace), this.until);
    countDeadLetter(contract);
    return 'ack';
  }
}

function nowAndNow(): Times {
  const now = Date.now();
  return { startedAt: now, finishedAt: now };
}
