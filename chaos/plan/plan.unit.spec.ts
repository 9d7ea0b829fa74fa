import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from '../flows/index.js';
import { planFaults } from './plan-faults.js';
import { planRuns } from './plan-runs.js';
import { seeded } from './seeded.js';

const runsOf = (seed: number) => planRuns(seeded(seed, 'runs'), SCENARIOS, { runs: 100, overMs: 10_000 });
const faultsOf = (seed: number) => planFaults(seeded(seed, 'faults'), 60_000);

describe('the schedule of a session', () => {
  it('is the same again for the same seed', () => {
    expect([runsOf(7), faultsOf(7)]).toEqual([runsOf(7), faultsOf(7)]);
  });

  it('is another one for another seed', () => {
    expect(runsOf(7)).not.toEqual(runsOf(8));
    expect(faultsOf(7)).not.toEqual(faultsOf(8));
  });

  it('has every scenario where there is room for all', () => {
    const names = new Set(runsOf(3).map(({ flow }) => flow));
    expect([...names].sort()).toEqual(SCENARIOS.map(({ flow }) => flow.contract.name).sort());
  });

  it('has every kind of fault on everybody, in order of time and within its span', () => {
    const faults = faultsOf(3);
    const kinds = new Set(
      faults.map((fault) => ('role' in fault ? `${fault.kind} ${fault.role}` : fault.kind)),
    );
    expect([...kinds].sort()).toEqual([
      'broker-stands-still',
      'database-away',
      'kill audit',
      'kill orchestrator',
      'kill service',
      'kill-broker',
      'stand-still audit',
      'stand-still orchestrator',
      'stand-still service',
      'terminate orchestrator',
      'terminate service',
      'terminate-broker',
    ]);
    const times = faults.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(60_000);
  });
});
