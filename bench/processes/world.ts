import type { Broker } from '../brokers/own-broker.js';
import type { MeasureContext } from '../measure.js';
import { Child } from './child.js';

/** A broker with a service and an orchestrator, each a process of its own. */
export interface World {
  readonly settings: Readonly<Record<string, string>>;
  readonly service: Child;
  readonly orchestrator: Child;
}

/** Starts what P1 to P3 take. */
export async function startWorld(
  context: MeasureContext,
  broker: Broker,
  further: Readonly<Record<string, string>> = {},
): Promise<World> {
  const settings = { ...settingsOf(broker), ...further };
  const service = await Child.start(context, 'service', settings);
  const orchestrator = await Child.start(context, 'orchestrator', settings);
  return { settings, service, orchestrator };
}

/** What a process must know of the broker. */
export const settingsOf = ({ url, replicas }: Broker): Readonly<Record<string, string>> => ({
  NATS_URL: url,
  REPLICAS: String(replicas),
});
