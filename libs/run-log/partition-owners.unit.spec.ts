import { expect, it } from '@jest/globals';
import { ownersAmong } from './partition-owners.js';

const membersUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `member-${i}`);
const counts = (owners: readonly string[]): number[] =>
  [...new Set(owners)].map((owner) => owners.filter((other) => other === owner).length);

it.each([1, 2, 3, 5, 7, 16])('spreads sixteen partitions evenly over %i', (count) => {
  const owners = ownersAmong(membersUpTo(count));
  expect(owners.filter((owner) => owner !== undefined)).toHaveLength(16);
  const shares = counts(owners);
  expect(shares).toHaveLength(count);
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
});

it('leaves those without who are more than there are partitions', () => {
  const owners = ownersAmong(membersUpTo(20));
  expect(new Set(owners).size).toBe(16);
});

it('gives nothing to nobody', () => {
  expect(ownersAmong([])).toEqual([]);
});

it('gives the same in whatever order the members are named', () => {
  const members = membersUpTo(5);
  expect(ownersAmong([...members].reverse())).toEqual(ownersAmong(members));
});

it('leaves most partitions where they are when a member comes or goes', () => {
  const moved = (before: number, after: number): number => {
    const was = ownersAmong(membersUpTo(before));
    return ownersAmong(membersUpTo(after)).filter((owner, partition) => owner !== was[partition]).length;
  };
  expect(moved(1, 2)).toBe(8);
  // A third has to be given five; what a bound on the shares costs beside is little.
  expect(moved(2, 3)).toBeLessThanOrEqual(8);
  expect(moved(3, 2)).toBeLessThanOrEqual(8);
  expect(moved(7, 8)).toBeLessThanOrEqual(6);
});
