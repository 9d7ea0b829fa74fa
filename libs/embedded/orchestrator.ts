import type { LoggerService, Type } from '@nestjs/common';
import { NoResultError } from '#libs/client';
import {
  FlowClient,
  FlowRegistry,
  type FlowDefinition,
  type RunResult,
  type TaskDefinition,
} from '#libs/flows';
import type { RunNowOptions } from '#libs/deployments';
import type { OperationContract } from '#libs/operations';
import type { Actor, BrokerAccess, FlowRunId, RunFlags } from '#libs/run-log';
import { PIPE_FLOW, pipeFlow, type PipeResult } from '#libs/pipes';
import { type DeploymentSource, flowsOf, namedFlows, refOf, specsIn, specsOf } from './deployment-specs.js';
import { NotStartedError, StoppedError } from './errors.js';
import { type HostedService, planServices, type ServicePlan } from './hosted-services.js';
import { host, type Hosted } from './host.js';

export interface OrchestratorOptions {
  /** Beside those that come with `deployments`. */
  readonly flows?: readonly FlowDefinition[];
  /** Tasks that may be run by themselves, as flows of one step named `task_<name>`. */
  readonly tasks?: readonly TaskDefinition[];
  /** Services to host beside the flows: classes with `@Operation` methods, or services with all that they need. */
  readonly services?: readonly (Type | HostedService)[];
  /** Kept at the start: made, or changed where they are there otherwise. Those that are no longer named stay. */
  readonly deployments?: readonly DeploymentSource[];
  /** A file of deployments and pipes, such as `jobhunter.yml`, kept at the start like `deployments`. */
  readonly file?: string;
  /** Where the broker listens; by default NATS_URL, else one is found or started on this machine. */
  readonly natsUrl?: string;
  /** How to sign in there, where the address does not say it. */
  readonly access?: BrokerAccess;
  /** The folder for the data of a broker that is started here; by default that of the project. */
  readonly home?: string;
  /** How long `start` waits for the broker, in milliseconds; 15,000 unless said. */
  readonly unavailableAfterMs?: number;
  /** On whose behalf runs are started where nothing else is said; `local` by default. */
  readonly userId?: string;
  /** Hears what services and runs have to say; by default warnings and errors go to standard output, or what LOG_LEVEL names. */
  readonly logger?: LoggerService;
  /** For development and tests: reads a run from the log before each trigger, whatever is in memory. */
  readonly replayAlways?: boolean;
}

/** How a run is begun. */
export interface RunOptions {
  readonly actor?: Partial<Actor>;
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  /** The same key of the same person for the same flow is the same run. */
  readonly idempotencyKey?: string;
  /** Ends the waiting, with the signal's reason; the run goes on. */
  readonly signal?: AbortSignal;
}

type FlowLike<I extends object, R> = Pick<FlowDefinition<I, R>, 'contract' | 'run'>;

/**
 * Hosts flows, and the services whose operations they run, in this process. What it begins is durable: a run that is
 * going on when the process ends goes on with the next that hosts its flow. It needs a broker and nothing else.
 */
export class Orchestrator {
  private readonly registry: FlowRegistry;
  private readonly plans: readonly ServicePlan[];
  private hosted: Promise<Hosted> | undefined;
  private stopping: Promise<void> = Promise.resolve();
  private ended = new AbortController();

  /** Throws TypeError where two flows have one name and version, or a service cannot be told. */
  constructor(private readonly options: OrchestratorOptions) {
    const { flows = [], deployments = [], tasks, services = [], file } = options;
    this.plans = planServices(services);
    const all = [...new Set([...flows, ...flowsOf(deployments)])];
    const usesPipes = file !== undefined || namedFlows(deployments).includes(PIPE_FLOW);
    const pipes = usesPipes ? [pipeFlow(this.plans.flatMap(({ contracts }) => contracts))] : [];
    this.registry = new FlowRegistry([...all, ...pipes], tasks);
  }

  /**
   * Starts all of it; resolves once runs can be begun. Again it changes nothing; after `stop` it starts anew. Where a
   * part does not start, those that did are stopped, and the error is thrown.
   */
  async start(): Promise<this> {
    // Who stopped it was told of what did not close.
    await this.stopping.catch(() => undefined);
    if (!this.hosted) {
      this.ended = new AbortController();
      const hosted = this.begin();
      this.hosted = hosted;
      hosted.catch(() => {
        if (this.hosted === hosted) this.hosted = undefined;
      });
    }
    await this.hosted;
    return this;
  }

  /**
   * Takes nothing more, lets services finish or hand back what they have in hand, and closes all of it. Runs that have
   * not ended go on when an orchestrator with their flows is started again; whoever waits for one here is told so.
   * Again, or before `start`, it does nothing.
   */
  async stop(): Promise<void> {
    const { hosted } = this;
    if (hosted) {
      this.hosted = undefined;
      this.stopping = this.close(hosted);
    }
    await this.stopping;
  }

  /**
   * Begins a run and waits for its result. Throws NoResultError where it fails, is cancelled or halts, StoppedError
   * where the orchestrator is stopped meanwhile, NotStartedError, and what a start throws: codes `flow/unknown`,
   * `flow/invalid-input` (with fields), `flow/idempotency-conflict`.
   */
  run<I extends object, R>(flow: FlowLike<I, R>, input: I, options?: RunOptions): Promise<R>;
  run(flow: string, input?: object, options?: RunOptions): Promise<unknown>;
  async run(
    flow: FlowLike<object, unknown> | string,
    input: object = {},
    options: RunOptions = {},
  ): Promise<unknown> {
    const runId = await this.submit(flow, input, options);
    return this.result(runId, options.signal ? { signal: options.signal } : {});
  }

  /** Begins a run, and gives its id as soon as the request is stored. Throws what a start throws. */
  async submit(
    flow: { readonly contract: { readonly name: string } } | string,
    input: object = {},
    { actor, signal: _, ...options }: RunOptions = {},
  ): Promise<FlowRunId> {
    const name = typeof flow === 'string' ? flow : flow.contract.name;
    const { flows } = await this.running(`flow ${name} is not begun`);
    const { runId } = await flows.start(name, input, { ...options, actor: this.actor(actor) });
    return runId;
  }

  /** Waits for the result of a run, whoever began it. Throws like `run`. */
  async result(runId: FlowRunId, { signal }: Pick<RunOptions, 'signal'> = {}): Promise<unknown> {
    const { flows } = await this.running(`run ${runId} is not awaited`);
    const { ended } = this;
    const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
    const end = await flows.result(runId, { signal: stop, orHalted: true }).catch((error: unknown) => {
      throw ended.signal.aborted && !signal?.aborted ? new StoppedError(runId) : error;
    });
    return resultOf(end);
  }

  /** Calls an operation, of a service hosted here or elsewhere, and gives its result. Throws what the call throws. */
  async call<I extends object, O extends object>(
    contract: OperationContract<I, O>,
    input: I,
    { actor, flags, tags, idempotencyKey }: Omit<RunOptions, 'signal'> = {},
  ): Promise<O> {
    const { operations } = await this.running(`operation ${contract.name} is not called`);
    return operations.call(contract, input, {
      actor: this.actor(actor),
      ...(flags ? { flags } : {}),
      ...(tags ? { tags } : {}),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  }

  /**
   * Runs a deployment now, named `flow/name`, whatever its schedule, and waits for the result. Throws like `run`, and
   * TerminalError `deployment/unknown`.
   */
  async runDeployment(
    deployment: string,
    { actor, signal, ...options }: RunOptions & Pick<RunNowOptions, 'parameters'> = {},
  ): Promise<unknown> {
    const ref = refOf(deployment);
    const { deployments } = await this.running(`deployment ${deployment} is not run`);
    const { runId } = await deployments.runNow(ref, { ...options, actor: this.actor(actor) });
    return this.result(runId, signal ? { signal } : {});
  }

  /**
   * Runs a pipe of the file once, now, and gives its final context: what each of its steps gave. Throws like
   * `runDeployment`.
   */
  async runOnce(pipeId: string, options?: RunOptions): Promise<PipeResult> {
    return (await this.runDeployment(`${PIPE_FLOW}/${pipeId}`, options)) as PipeResult;
  }

  /** The client that steers runs (signals, approvals, pause, cancel, restart). Throws NotStartedError. */
  async client(): Promise<FlowClient> {
    return (await this.running('there is no client')).flows;
  }

  /** Keeps deployments once all that they need is there. */
  private async begin(): Promise<Hosted> {
    const { registry, plans, options } = this;
    const specs = specsOf(options.deployments ?? []);
    if (options.file !== undefined) specs.push(...(await specsIn(options.file)));
    const hosted = await host({ ...options, registry, plans });
    try {
      for (const spec of specs) await hosted.deployments.put(spec, { actor: this.actor() });
      return hosted;
    } catch (error) {
      await hosted.close();
      throw error;
    }
  }

  private running(asked: string): Promise<Hosted> {
    return this.hosted ?? Promise.reject(new NotStartedError(asked));
  }

  private actor(said: Partial<Actor> = {}): Actor {
    return { userId: this.options.userId ?? 'local', channel: 'api', ...said };
  }

  private async close(starting: Promise<Hosted>): Promise<void> {
    const hosted = await starting.catch(() => undefined);
    this.ended.abort(new Error('the orchestrator was stopped'));
    await hosted?.close();
  }
}

function resultOf(end: RunResult): unknown {
  if (end.status === 'completed') return end.result;
  throw new NoResultError(end.runId, end);
}
