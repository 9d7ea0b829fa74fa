import { createHash } from 'node:crypto';
import { PARTITIONS } from './subjects.js';

/**
 * Spreads the partitions over the members of a group: each gets as many as any other, or one more. The same members
 * give the same owners in every process, in whatever order they are named, and of those who stay few change places
 * when one comes or goes. Returns the owner of each partition, by its number; none where there are no members.
 * Source: rendezvous hashing (Thaler and Ravishankar, 1998), with a bound on what each may get.
 */
export function ownersAmong(members: readonly string[]): readonly string[] {
  if (members.length === 0) return [];
  const bids = members
    .flatMap((member) => PARTITION_NUMBERS.map((partition) => bidOf(member, partition)))
    .sort((a, b) => (a.weight < b.weight ? -1 : 1));
  const least = Math.floor(PARTITIONS / members.length);
  let withOneMore = PARTITIONS % members.length;
  const counts = new Map<string, number>();
  const owners: string[] = [];
  for (const { member, partition } of bids) {
    const count = counts.get(member) ?? 0;
    if (owners[partition] !== undefined || count > least) continue;
    if (count === least) {
      if (withOneMore === 0) continue;
      withOneMore--;
    }
    owners[partition] = member;
    counts.set(member, count + 1);
  }
  return owners;
}

const PARTITION_NUMBERS: readonly number[] = Array.from({ length: PARTITIONS }, (_, number) => number);

const bidOf = (member: string, partition: number) => ({
  member,
  partition,
  weight: createHash('sha256').update(`${member}/${partition}`).digest('hex'),
});
