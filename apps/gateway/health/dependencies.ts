import { Inject, Injectable } from '@nestjs/common';
import { RequestError, type NatsConnection } from '@nats-io/transport-node';
import { ListFlowRuns } from '#libs/contracts';
import { START_SUBJECT } from '#libs/flows';
import type { RunLog } from '#libs/run-log';
import { Ask } from '../asking/ask.js';
import { Broker } from '../asking/broker.js';
import { NATS } from '../nats.js';
import { speaks } from '../problems/problem.js';
import { RUN_LOG } from '../run-log.js';

/** How something that the gateway depends on stands. */
export interface Dependency {
  readonly status: 'ok' | 'down';
  /** Why it counts as down, in a sentence. */
  readonly reason?: string;
}

export type Dependencies = Readonly<
  Record<'broker' | 'log' | 'audit' | 'database' | 'orchestrator', Dependency>
>;

/** How long one of them may take to answer, in milliseconds. */
const ANSWER_MS = 1_500;
/** The audit itself takes some seconds to find out that its database is gone. */
const RECORDS_MS = 4_000;
const OK: Dependency = { status: 'ok' };
const down = (reason: string): Dependency => ({ status: 'down', reason });

/** Asks everything that requests depend on whether it is there. Never throws. */
@Injectable()
export class DependencyCheck {
  constructor(
    private readonly broker: Broker,
    private readonly ask: Ask,
    @Inject(RUN_LOG) private readonly log: RunLog,
    @Inject(NATS) private readonly nats: NatsConnection,
  ) {}

  async run(): Promise<Dependencies> {
    const { trouble } = this.broker;
    if (trouble) {
      const unknown = down('it cannot be asked without the broker');
      return {
        broker: down(trouble),
        log: unknown,
        audit: unknown,
        database: unknown,
        orchestrator: unknown,
      };
    }
    const [log, records, orchestrator] = await Promise.all([
      this.checkLog(),
      this.checkRecords(),
      this.checkOrchestrator(),
    ]);
    return { broker: OK, log, ...records, orchestrator };
  }

  private async checkLog(): Promise<Dependency> {
    try {
      await inTime(this.log.info('RUN'), 'the run log');
      return OK;
    } catch (error) {
      return down(sentenceOf(error));
    }
  }

  /** One question tells of both: the audit answers it out of its database. */
  private async checkRecords(): Promise<Pick<Dependencies, 'audit' | 'database'>> {
    try {
      const caller = { actor: { userId: 'health', channel: 'api' as const }, trace: {} };
      await inTime(this.ask.for(ListFlowRuns, { limit: 1 }, caller, RECORDS_MS), 'audit', RECORDS_MS);
      return { audit: OK, database: OK };
    } catch (error) {
      if (speaks(error) && error.code.startsWith('mongo/'))
        return { audit: OK, database: down(error.message) };
      return {
        audit: down(sentenceOf(error)),
        database: down('it cannot be asked while audit does not answer'),
      };
    }
  }

  /** A start of a flow that there cannot be is refused by any orchestrator, and changes nothing. */
  private async checkOrchestrator(): Promise<Dependency> {
    try {
      await this.nats.request(`${START_SUBJECT}.-`, '{}', { timeout: ANSWER_MS });
      return OK;
    } catch (error) {
      const nobody = error instanceof RequestError && error.isNoResponders();
      return down(nobody ? 'no orchestrator is running' : `no orchestrator answered within ${ANSWER_MS} ms`);
    }
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function inTime<T>(work: Promise<T>, who: string, limitMs = ANSWER_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${who} did not answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
