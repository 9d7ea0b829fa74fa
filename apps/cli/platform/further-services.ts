import type { ServiceOptions } from '#libs/operations';
import type { Hosted } from '#libs/telemetry';

/** A service that needs the broker and nothing else; `load` gives what starts it. */
export interface FurtherService {
  readonly name: string;
  readonly load: () => Promise<
    (
      config: Pick<ServiceOptions, 'nats' | 'access' | 'graceMs' | 'ackWaitMs' | 'replicas'>,
    ) => Promise<Hosted>
  >;
}

/** Services that `up` starts beside those that it knows by heart. `jobhunter new service` adds to them. */
export const FURTHER_SERVICES: readonly FurtherService[] = [];
