import 'reflect-metadata';
import { FlowClient, type FlowDefinition } from '#libs/flows';
import { startService, type ConnectedRunLog, type OperationContract } from '#libs/operations';
import { connectRunLog, type Actor } from '#libs/run-log';
import { complaints } from './complaints.js';
import { findBroker } from './find-broker.js';
import { startFlows, type ExampleOrchestrator } from './start-flows.js';

/** A service of an example: its contracts, and the controller whose methods carry `@Operation`. */
export interface ExampleService {
  readonly contracts: readonly OperationContract[];
  readonly controller: new () => object;
}

export interface ExampleParts {
  readonly service?: ExampleService;
  readonly flows: readonly FlowDefinition[];
}

/** What an example has to work with: running servers, and the means to reach them. */
export interface World {
  /** Starts and steers runs. */
  readonly client: FlowClient;
  /** The run log, to look at what is in it, with the connection to the broker. */
  readonly log: ConnectedRunLog;
  /** On whose behalf the example asks. */
  readonly me: Actor;
  /** The orchestrator that runs from the beginning. */
  readonly first: ExampleOrchestrator;
  /** Stops the orchestrator and starts another, with these flows or with those of before. */
  readonly redeploy: (flows?: readonly FlowDefinition[]) => Promise<void>;
  /** Starts a further orchestrator beside the first one. */
  readonly anotherOrchestrator: () => Promise<ExampleOrchestrator>;
}

class ExampleModule {}

/** Starts a service and an orchestrator, lets the example run, and stops all of it again. */
export async function runExample(
  { service, flows }: ExampleParts,
  example: (world: World) => Promise<void>,
): Promise<void> {
  const opened: (() => Promise<void>)[] = [];
  try {
    const broker = await findBroker();
    opened.push(() => broker.stop());
    const log = await connectRunLog({ servers: broker.url, name: 'example' });
    opened.push(() => log.close());
    if (service) {
      const running = await startService({
        service: serviceOf(service),
        contracts: service.contracts,
        module: { module: ExampleModule, controllers: [service.controller] },
        nats: log,
        logger: complaints,
      });
      opened.push(() => running.close());
    }
    const orchestrate = async (what: readonly FlowDefinition[]): Promise<ExampleOrchestrator> => {
      const started = once(await startFlows(log, what));
      opened.push(started.close);
      return started;
    };
    const first = await orchestrate(flows);
    let current = first;
    await example({
      client: new FlowClient(log.connection, log),
      log,
      me: { userId: 'local', channel: 'api' },
      first,
      redeploy: async (next = flows) => {
        await current.close();
        current = await orchestrate(next);
      },
      anotherOrchestrator: () => orchestrate(flows),
    });
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

const serviceOf = ({ contracts: [first] }: ExampleService): string => {
  if (!first) throw new TypeError('a service has at least one contract');
  return first.service;
};

/** An example may close it itself. */
function once({ partitions, close }: ExampleOrchestrator): ExampleOrchestrator {
  let closing: Promise<void> | undefined;
  return { partitions, close: () => (closing ??= close()) };
}
