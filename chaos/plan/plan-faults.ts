import type { Fault } from '../faults/fault.js';
import type { Random } from './seeded.js';

type Card = (random: Random) => DistributiveOmit<Fault, 'atMs'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const index = (random: Random): number => random.int(0, 5);
/** Around the ack wait of the session, so that a neighbour takes over sometimes and sometimes not. */
const standstill = (random: Random): number => random.int(300, 3_500);

const killOrchestrator: Card = (random) => ({
  kind: 'kill',
  role: 'orchestrator',
  index: index(random),
  awayMs: random.int(0, 1_500),
});
const killService: Card = (random) => ({
  kind: 'kill',
  role: 'service',
  index: index(random),
  awayMs: random.int(0, 1_500),
});
const standStill =
  (role: 'orchestrator' | 'service' | 'audit'): Card =>
  (random) => ({ kind: 'stand-still', role, index: index(random), forMs: standstill(random) });
const killBroker: Card = (random) => ({
  kind: 'kill-broker',
  index: index(random),
  leader: random.chance(0.8),
  awayMs: random.int(100, 1_500),
});

/** One of each, and more of those that hurt most. */
const DECK: readonly Card[] = [
  killOrchestrator,
  killOrchestrator,
  killOrchestrator,
  killService,
  killService,
  killService,
  standStill('orchestrator'),
  standStill('orchestrator'),
  standStill('service'),
  standStill('service'),
  standStill('audit'),
  killBroker,
  killBroker,
  (random) => ({ kind: 'terminate-broker', index: index(random), awayMs: random.int(0, 800) }),
  (random) => ({ kind: 'broker-stands-still', index: index(random), forMs: random.int(300, 1_500) }),
  (random) => ({ kind: 'database-away', awayMs: random.int(500, 2_500) }),
  (random) => ({ kind: 'kill', role: 'audit', index: 0, awayMs: random.int(0, 1_000) }),
  (random) => ({ kind: 'terminate', role: 'service', index: index(random), awayMs: random.int(0, 500) }),
  (random) => ({ kind: 'terminate', role: 'orchestrator', index: index(random), awayMs: random.int(0, 500) }),
];

const APART_MS = { least: 700, most: 1_900 };
/** The first runs get a moment of peace. */
const FIRST_AT_MS = 1_000;

/** Deals faults one after the other, the whole deck before any card comes again. */
export function planFaults(random: Random, overMs: number): readonly Fault[] {
  const faults: Fault[] = [];
  let deck: Card[] = [];
  for (let atMs = FIRST_AT_MS; atMs < overMs; atMs += random.int(APART_MS.least, APART_MS.most)) {
    if (deck.length === 0) deck = random.shuffled(DECK);
    faults.push({ atMs, ...deck.pop()!(random) });
  }
  return faults;
}
