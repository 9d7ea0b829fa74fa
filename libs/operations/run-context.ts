import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { millis } from '#libs/run-log';
import type {
  Actor,
  FlowRunId,
  ItemError,
  LiveEvent,
  LogEntry,
  ResultRef,
  RunFlags,
  TaskRunId,
} from '#libs/run-log';
import type { Scope } from '#libs/telemetry';
import type { OperationContract } from './contract.js';
import { LogBuffer } from './log-buffer.js';
import type { OperationLog, OperationRun } from './operation-run.js';
import type { Redactor } from './sensitive.js';
import type { Work } from './work.js';

const running = new AsyncLocalStorage<RunContext>();

/** Gives the execution that the calling code is part of; undefined outside of operations. */
export function currentRun(): OperationRun | undefined {
  return running.getStore();
}

/** Tells lines of a log which execution their code is part of. */
export function scopeHere(): Scope | undefined {
  return running.getStore()?.scope;
}

/** Takes a line that was written to the console. */
export type PrintTaker = (level: LogEntry['level'], message: string) => void;

/** Gives who takes what the calling code writes to the console; undefined where nobody asked for it. */
export function printTakerHere(): PrintTaker | undefined {
  return running.getStore()?.takePrint;
}

/** What a run reaches out to: the other operations, and those who watch. */
export interface RunSurroundings {
  callFrom<I extends object, O extends object>(
    parent: Work,
    run: OperationRun,
    nth: number,
    contract: OperationContract<I, O>,
    input: I,
  ): Promise<O>;
  publishLive(work: Work, event: LiveEvent): void;
}

/** One execution as its handler sees it, and what it said about itself meanwhile. */
export class RunContext implements OperationRun {
  readonly contract: OperationContract;
  readonly taskRunId: TaskRunId;
  readonly attempt: number;
  readonly flowRunId: FlowRunId | null;
  readonly parentTaskRunId: TaskRunId | null;
  readonly flags: Required<RunFlags>;
  readonly idempotencyKey: string;
  readonly log: OperationLog;

  /** Set where the task wants to have what its operation writes to the console. It was shown there already. */
  readonly takePrint: PrintTaker | undefined;
  readonly lines: LogBuffer | undefined;
  /** Whether the handler was called. */
  begun = false;
  readonly itemErrors: ItemError[] = [];
  private readonly refs = new Map<string, ResultRef>();
  private calls = 0;

  constructor(
    private readonly work: Work,
    private readonly surroundings: RunSurroundings,
    private readonly logger: LoggerService,
    readonly actor: Actor,
    readonly deadline: number,
    private readonly redactor: Redactor | undefined,
  ) {
    const { contract, execution } = work;
    this.contract = contract;
    this.taskRunId = execution.taskRunId;
    this.attempt = work.attempt;
    this.flowRunId = work.flowRunId;
    this.parentTaskRunId = work.parentTaskRunId;
    const { dryRun = false, testMode = false, verbose = false } = execution.flags;
    this.flags = { dryRun, testMode, verbose };
    this.idempotencyKey = execution.idempotencyKey;
    this.lines = verbose ? new LogBuffer() : undefined;
    this.takePrint = work.logPrints ? (level, message) => void this.note(level, message) : undefined;
    const say =
      (level: LogEntry['level']) =>
      (message: string, fields?: Record<string, unknown>): void =>
        this.emit(level, message, fields);
    this.log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  }

  get signal(): AbortSignal {
    return this.work.stop.signal;
  }

  get scope(): Scope {
    const { contract, taskRunId, flowRunId, attempt, work } = this;
    return { operation: contract.name, taskRunId, flowRunId, attempt, trace: work.trace };
  }

  /** Runs a function so that `currentRun()` finds this run in everything it awaits. */
  within<T>(fn: () => T): T {
    return running.run(this, fn);
  }

  progress(done: number, total?: number, message?: string): void {
    this.surroundings.publishLive(this.work, {
      type: 'TaskProgressed',
      taskRunId: this.taskRunId,
      done,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message: this.clean(message) }),
    });
  }

  itemError(error: ItemError): void {
    this.itemErrors.push(this.clean(error));
  }

  addResultRef(ref: ResultRef): void {
    const documentId = String(ref.documentId);
    this.refs.set(`${ref.collection}/${documentId}`, { collection: ref.collection, documentId });
  }

  get resultRefs(): ResultRef[] {
    return [...this.refs.values()];
  }

  call<I extends object, O extends object>(contract: OperationContract<I, O>, input: I): Promise<O> {
    this.calls += 1;
    return this.surroundings.callFrom(this.work, this, this.calls, contract, input);
  }

  /** Strikes sensitive values out of what is about to be kept or shown. */
  clean<T>(value: T): T {
    return this.redactor ? this.redactor.clean(value) : value;
  }

  private note(level: LogEntry['level'], said: string, saidFields?: Record<string, unknown>): LogEntry {
    const message = this.clean(said);
    const fields = saidFields && this.clean(asJson(saidFields));
    const entry: LogEntry = { level, message, at: millis(Date.now()), ...(fields ? { fields } : {}) };
    this.lines?.add(entry);
    this.surroundings.publishLive(this.work, { type: 'LogEmitted', taskRunId: this.taskRunId, entry });
    return entry;
  }

  private emit(level: LogEntry['level'], said: string, saidFields?: Record<string, unknown>): void {
    const { message, fields } = this.note(level, said, saidFields);
    const ids = { operation: this.contract.name, taskRunId: this.taskRunId, flowRunId: this.flowRunId };
    if (level === 'info') this.logger.log(message, { ...fields, ...ids });
    else this.logger[level]?.(message, { ...fields, ...ids });
  }
}

/** Log fields come from anywhere: errors keep their message, what JSON cannot hold becomes text. */
function asJson(fields: Record<string, unknown>): Record<string, unknown> {
  const readable = (_key: string, value: unknown): unknown => {
    if (value instanceof Error) return { name: value.name, message: value.message };
    return typeof value === 'bigint' ? String(value) : value;
  };
  try {
    return JSON.parse(JSON.stringify(fields, readable)) as Record<string, unknown>;
  } catch {
    return { fields: inspect(fields, { depth: 2 }) };
  }
}
