import type { FlowContract, FlowDefinition } from '#libs/flows';
import { toInstance, type OperationContract } from '#libs/operations';
import { BadDeploymentError } from './errors.js';
import { FlowHandle, type StartOptions } from './flow-handle.js';
import { HttpClient } from './http-client.js';
import { keyHeader, queryOf } from './beside-input.js';
import { RunHandle } from './run-handle.js';

export interface ClientOptions {
  /** The gateway's address, such as http://127.0.0.1:3000. */
  readonly url: string;
  /** An API key or a token; who asks is settled by it. */
  readonly key?: string;
  /** Who asks, where the gateway knows no keys. */
  readonly userId?: string;
}

export interface RunDeploymentOptions extends StartOptions {
  /** Laid over the deployment's own, field by field. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * Speaks to a gateway, for programs elsewhere. Throws ProblemError with the code and the fields of what was refused,
 * GatewayUnreachableError, SlowGatewayError and ForeignServerError.
 */
export class Client {
  /** For what has no method here: any route of the gateway. */
  readonly http: HttpClient;

  /** Throws BadAddressError. */
  constructor({ url, key, userId }: ClientOptions) {
    this.http = new HttpClient(url, {
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(userId === undefined ? {} : { 'x-user-id': userId }),
      },
    });
  }

  /** A flow, typed by its definition, or by its contract and the result that it is known to have. */
  flow<I extends object, R>(flow: Pick<FlowDefinition<I, R>, 'contract' | 'run'>): FlowHandle<I, R>;
  flow<I extends object, R = unknown>(contract: FlowContract<I>): FlowHandle<I, R>;
  flow<R = unknown>(name: string): FlowHandle<object, R>;
  flow(flow: { readonly contract: { readonly name: string } } | { readonly name: string } | string) {
    const contract = typeof flow === 'object' && 'contract' in flow ? flow.contract : flow;
    return new FlowHandle(this.http, typeof contract === 'string' ? contract : contract.name);
  }

  /** A run that is known by its id. */
  run<R = unknown>(id: string): RunHandle<R> {
    return new RunHandle<R>(this.http, id);
  }

  /** Calls an operation and gives its output; one with `success: false` is an output too. */
  async call<I extends object, O extends object>(
    contract: OperationContract<I, O>,
    input: I,
    options: Omit<StartOptions, 'idempotencyKey'> = {},
  ): Promise<O> {
    const { result } = await this.http.post<{ result: O }>(
      `/operations/${encodeURIComponent(contract.name)}`,
      input,
      { query: queryOf(options) },
    );
    return toInstance(contract.output, result);
  }

  /** Runs a deployment now, named `flow/name`. Throws BadDeploymentError where that is no such name. */
  async runDeployment<R = unknown>(
    deployment: string,
    { parameters, tags, flags, idempotencyKey }: RunDeploymentOptions = {},
  ): Promise<RunHandle<R>> {
    const [flow, name, ...more] = deployment.split('/');
    if (!flow || !name || more.length > 0) throw new BadDeploymentError(deployment);
    const { runId, existing } = await this.http.post<{ runId: string; existing: boolean }>(
      `/deployments/${encodeURIComponent(flow)}/${encodeURIComponent(name)}/run`,
      parameters ? { parameters } : {},
      { headers: keyHeader(idempotencyKey), query: queryOf({ flags, tags }) },
    );
    return new RunHandle<R>(this.http, runId, existing);
  }
}
