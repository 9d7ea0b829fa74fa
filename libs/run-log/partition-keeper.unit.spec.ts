import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PartitionKeeper } from './partition-keeper.js';
import type { MemberWord } from './partition-keeper.js';
import { HolderDouble } from './partition-holder.fixtures.js';
import { ownersAmong } from './partition-owners.js';

const ALL = Array.from({ length: 16 }, (_, partition) => partition);
const MINE = ALL.filter((partition) => ownersAmong(['me', 'other'])[partition] === 'me');
const THEIRS = ALL.filter((partition) => !MINE.includes(partition));
const other = (holds: readonly number[], leaving = false): MemberWord => ({
  id: 'other',
  holds,
  ...(leaving ? { leaving } : {}),
});

describe('a keeper of partitions', () => {
  let now: number;
  let holder: HolderDouble;
  let onChange: jest.Mock<() => void>;
  let troubles: unknown[];
  let keeper: PartitionKeeper;
  const held = (): number[] => [...holder.held].sort((a, b) => a - b);

  beforeEach(() => {
    now = 0;
    holder = new HolderDouble();
    onChange = jest.fn<() => void>();
    troubles = [];
    keeper = new PartitionKeeper('me', holder, {
      patienceMs: 3_000,
      retryMs: 1_000,
      now: () => now,
      onChange,
      onTrouble: (error) => troubles.push(error),
    });
  });

  it('takes everything when it is alone, and says so', async () => {
    keeper.see([]);
    expect(keeper.word).toEqual({ id: 'me', holds: ALL });
    await keeper.settled();
    expect(held()).toEqual(ALL);
    expect(onChange).toHaveBeenCalled();
  });

  it('waits for what another still holds, and takes each partition once the other says that it is free', async () => {
    keeper.see([other(ALL)]);
    await keeper.settled();
    expect(held()).toEqual([]);
    keeper.see([other(THEIRS)]);
    await keeper.settled();
    expect(held()).toEqual(MINE);
  });

  it('takes what is its own when another does not let go of it in time', async () => {
    keeper.see([other(ALL)]);
    now = 2_999;
    keeper.see([other(ALL)]);
    await keeper.settled();
    expect(held()).toEqual([]);
    now = 3_000;
    keeper.see([other(ALL)]);
    await keeper.settled();
    expect(held()).toEqual(MINE);
  });

  it('says that it holds what it is handing over until that is settled', async () => {
    keeper.see([]);
    await keeper.settled();
    const settles: (() => void)[] = [];
    holder.beforeHandingOver = () => new Promise((resolve) => settles.push(resolve));
    keeper.see([other([])]);
    expect(keeper.word.holds).toEqual(ALL);
    for (const settle of settles) settle();
    await keeper.settled();
    expect(keeper.word.holds).toEqual(MINE);
  });

  it('hands over what falls to another while it is being taken', async () => {
    let open: () => void = () => undefined;
    holder.beforeTaking = (partition) =>
      partition === THEIRS[0] ? new Promise((r) => (open = r)) : undefined;
    keeper.see([]);
    keeper.see([other([])]);
    open();
    await keeper.settled();
    expect(held()).toEqual(MINE);
  });

  it('takes over from one who leaves, as it lets go', async () => {
    keeper.see([other(THEIRS)]);
    await keeper.settled();
    keeper.see([other(THEIRS.slice(1), true)]);
    await keeper.settled();
    expect(held()).toEqual([...MINE, THEIRS[0]!].sort((a, b) => a - b));
  });

  it('leaves alone for a while what it could not take, and tries again', async () => {
    holder.beforeTaking = () => {
      throw new Error('the broker is away');
    };
    keeper.see([]);
    await keeper.settled();
    expect(troubles).toHaveLength(16);
    expect(keeper.word.holds).toEqual([]);
    holder.beforeTaking = () => undefined;
    now = 999;
    keeper.see([]);
    expect(keeper.word.holds).toEqual([]);
    now = 1_000;
    keeper.see([]);
    await keeper.settled();
    expect(held()).toEqual(ALL);
  });

  it('lets go of everything at once when it is lost, and does not count what was under way', async () => {
    let open: () => void = () => undefined;
    holder.beforeTaking = (partition) => (partition === 0 ? new Promise((r) => (open = r)) : undefined);
    keeper.see([]);
    await holder.holds(15);
    keeper.lose();
    expect(keeper.word.holds).toEqual([]);
    await keeper.settled();
    open();
    await holder.hasBeenAsked('take 0');
    expect(keeper.word.holds).toEqual([]);
  });

  it('hands everything over when it leaves, and wants nothing more', async () => {
    keeper.see([other(THEIRS)]);
    await keeper.settled();
    const leaving = keeper.leave();
    expect(keeper.word).toEqual({ id: 'me', holds: MINE, leaving: true });
    await leaving;
    keeper.see([]);
    expect(keeper.word.holds).toEqual([]);
    expect(held()).toEqual([]);
  });
});
