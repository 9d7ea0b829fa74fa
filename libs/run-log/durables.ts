import type { ServiceReader } from './run-log.js';
import { isId } from './ids.js';
import { PARTITIONS } from './subjects.js';

/** Names of durables follow from what they read, so that every process of a kind shares one. `=` stands in no id. */
export const serviceDurable = ({
  service,
  operation,
  lane,
}: Pick<ServiceReader, 'service' | 'operation' | 'lane'>): string => {
  for (const part of [service, operation])
    if (!isId(part)) throw new TypeError(`${JSON.stringify(part)} cannot stand in a reader's name`);
  return `service=${service}=${operation}=${lane}`;
};

export const partitionDurable = (partition: number): string => {
  if (!Number.isInteger(partition) || partition < 0 || partition >= PARTITIONS)
    throw new RangeError(`partition ${partition}: expected 0 to ${PARTITIONS - 1}`);
  return `orchestrator-${partition}`;
};

export const projectorDurable = (name: string): string => {
  if (!isId(name)) throw new TypeError(`${JSON.stringify(name)} cannot stand in a reader's name`);
  return `projector=${name}`;
};

/** Whom a durable belongs to. */
export type DurableReader =
  | {
      readonly kind: 'service';
      readonly service: string;
      readonly operation: string;
      readonly lane: ServiceReader['lane'];
    }
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'projector'; readonly name: string };

/** Reads the name of a durable; undefined where it is none of ours. */
export function readDurable(durable: string): DurableReader | undefined {
  const [kind, ...parts] = durable.split('=');
  const [service, operation, lane] = parts;
  if (kind === 'service' && service && operation && (lane === 'normal' || lane === 'urgent'))
    return { kind, service, operation, lane };
  if (kind === 'projector' && service) return { kind, name: service };
  const partition = /^orchestrator-(\d{1,2})$/.exec(durable)?.[1];
  return partition === undefined ? undefined : { kind: 'partition', partition: Number(partition) };
}
