import { UnfitBrokerError } from './errors.js';
import type { BodyLimits } from './claim-check.js';
import type { StreamSettings } from './streams.js';

/** What a broker says of itself when a client connects. */
export interface BrokerInfo {
  readonly version: string;
  readonly jetstream?: boolean;
  readonly max_payload: number;
}

const NEEDED = { major: 2, minor: 14 };
/** Room for headers beside an inline body. */
const HEADER_ROOM = 16 * 1024;

/**
 * Refuses a broker that cannot do what the log depends on. Older ones ignore settings silently, so their version
 * counts. Throws UnfitBrokerError.
 */
export function checkBroker(info: BrokerInfo, limits: BodyLimits): void {
  const [major = 0, minor = 0] = info.version.split('.').map((part) => Number.parseInt(part, 10));
  const old = !(major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor));
  if (old)
    throw new UnfitBrokerError(
      `the broker is nats-server ${info.version}; the run log needs ${NEEDED.major}.${NEEDED.minor} or newer`,
    );
  if (info.jetstream !== true)
    throw new UnfitBrokerError(`the broker has JetStream switched off; start nats-server with --jetstream`);
  const needed = limits.inline + HEADER_ROOM;
  if (info.max_payload < needed)
    throw new UnfitBrokerError(
      `the broker takes messages of at most ${info.max_payload} bytes; the run log needs max_payload ${needed} or more`,
    );
}

/** Refuses a stream whose settings came back otherwise than asked for. Throws UnfitBrokerError. */
export function checkSettings(
  wanted: StreamSettings<string>,
  found: Readonly<Record<string, unknown>>,
): void {
  const changed = differences(wanted, found);
  if (changed.length === 0) return;
  const list = changed.map(
    (key) =>
      `${key} is ${JSON.stringify(found[key] ?? null)} where ${JSON.stringify(wanted[key])} was asked for`,
  );
  throw new UnfitBrokerError(
    `the broker did not keep the settings of stream ${wanted.name}: ${list.join('; ')}`,
  );
}

/**
 * Names the settings that differ. A setting that is off may be left out by the broker, and more replicas than asked for
 * are the choice of whoever runs it.
 */
export function differences(
  wanted: StreamSettings<string>,
  found: Readonly<Record<string, unknown>>,
): string[] {
  return Object.keys(wanted).filter((key) => {
    if (key === 'num_replicas') return Number(found[key]) < Number(wanted[key]);
    const absent = found[key] === undefined && (wanted[key] === 0 || wanted[key] === false);
    return !absent && JSON.stringify(found[key]) !== JSON.stringify(wanted[key]);
  });
}
