import type { PrepareApplicationOutput } from '#libs/contracts';
import type { FlowRunId } from '#libs/run-log';
import { RESUME, type Opening } from './openings.js';
import type { TestClient } from './test-client.js';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a run shows to whom it asks. */
export type Shown = Omit<PrepareApplicationOutput, 'success' | 'dryRun' | 'taskRunId' | 'status'>;

/** A question that a run waits for the answer to. */
export interface Question {
  readonly runId: FlowRunId;
  readonly step: number;
  readonly shown: Shown;
}

/** Somebody who hunts for a job, by the gateway alone; only what a run comes to is read from the log. */
export class Person {
  constructor(
    readonly userId: string,
    private readonly key: () => Promise<string>,
    private readonly gatewayUrl: string,
    private readonly client: TestClient,
  ) {}

  async ask(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.gatewayUrl), {
      method,
      headers: {
        authorization: `Bearer ${await this.key()}`,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      body: json ? (JSON.parse(bytes.toString()) as Answer['body']) : { bytes },
    };
  }

  /** The same where nothing is to be refused. Throws where it is. */
  async must<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async operate<T = Record<string, unknown>>(operation: string, input: object): Promise<T> {
    return (await this.must<{ result: T }>('POST', `/operations/${operation}`, input)).result;
  }

  /** Has a profile from then on; `more` are preferences, and a standing rule. */
  async importProfile(more: object = {}): Promise<void> {
    await this.must('PUT', '/profile', {
      resume: RESUME,
      preferences: { titlesWanted: ['TypeScript engineer'], languages: ['en', 'de'], dailyLimit: 100 },
      ...more,
    });
  }

  async bring(opening: Opening): Promise<string> {
    const { jobIds } = await this.operate<{ jobIds: string[] }>('create_jobs_batch', { jobs: [opening] });
    return jobIds[0] ?? '';
  }

  async start(flow: string, input: object): Promise<FlowRunId> {
    return (await this.must<{ runId: FlowRunId }>('POST', `/workflows/${flow}`, input)).runId;
  }

  /** Resolves with what a run asks, once it does. Throws where it ends without. */
  async question(runId: FlowRunId): Promise<Question> {
    const { event } = await this.client.until(
      runId,
      ({ type }) => type === 'ApprovalRequested' || ENDS.includes(type),
    );
    if (event.type !== 'ApprovalRequested')
      throw new Error(`run ${runId} asks nothing: ${JSON.stringify(event)}`);
    return { runId, step: event.step, shown: event.payload as Shown };
  }

  /** Starts an application and resolves with what it asks. */
  async startApplying(jobId: string, said: object = {}): Promise<Question> {
    return this.question(await this.start('apply_to_job', { jobId, ...said }));
  }

  answer({ runId, step }: Pick<Question, 'runId' | 'step'>, said: object): Promise<Answer> {
    return this.ask('POST', `/flow-runs/${runId}/approvals/${step}`, said);
  }

  /** Approves, and resolves with the result of the run. */
  async approve(question: Question): Promise<unknown> {
    const { status, body } = await this.answer(question, { approved: true });
    if (status !== 202) throw new Error(`it could not be approved: ${JSON.stringify(body)}`);
    return this.result(question.runId);
  }

  /** Resolves with the result of a run, once it has ended. Throws where it has not completed. */
  async result(runId: FlowRunId): Promise<unknown> {
    const { event } = await this.client.until(runId, ({ type }) => ENDS.includes(type));
    if (event.type === 'FlowCompleted') return event.result;
    throw new Error(`run ${runId} has ended: ${JSON.stringify(event)}`);
  }

  /** Applies, and resolves with the result of a run that asks nobody. */
  async apply(jobId: string, said: object = {}): Promise<unknown> {
    return this.result(await this.start('apply_to_job', { jobId, ...said }));
  }
}

const ENDS: readonly string[] = ['FlowCompleted', 'FlowFailed', 'FlowCancelled'];
