import type { RunFlags } from '#libs/run-log';
import type { HttpClient } from './http-client.js';
import { type AwaitOptions, RunHandle } from './run-handle.js';
import { keyHeader, queryOf } from './beside-input.js';

/** How a run is begun. */
export interface StartOptions {
  readonly flags?: RunFlags;
  readonly tags?: readonly string[];
  /** The same key of the same person for the same flow is the same run. */
  readonly idempotencyKey?: string;
}

/** A flow that can be started. */
export class FlowHandle<I extends object, R> {
  constructor(
    private readonly http: HttpClient,
    readonly name: string,
  ) {}

  /** Starts a run; resolves once the request is stored. */
  async start(input: I, { idempotencyKey, ...options }: StartOptions = {}): Promise<RunHandle<R>> {
    const { runId, existing } = await this.http.post<{ runId: string; existing: boolean }>(
      `/workflows/${encodeURIComponent(this.name)}`,
      input,
      { headers: keyHeader(idempotencyKey), query: queryOf(options) },
    );
    return new RunHandle<R>(this.http, runId, existing);
  }

  /** Starts a run and waits for its result. Throws NoResultError where it has none. */
  async run(input: I, { signal, ...options }: StartOptions & AwaitOptions = {}): Promise<R> {
    const run = await this.start(input, options);
    return run.result(signal ? { signal } : {});
  }
}
