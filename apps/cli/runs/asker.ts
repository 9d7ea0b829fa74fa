import type { ActorDto } from '#libs/contracts';

/** Says for whom something was done, by which way it came, and who really asked where that was another. */
export const askerOf = ({ userId, channel, by }: ActorDto): string =>
  `${userId} over ${channel}${by === undefined ? '' : `, asked for by ${by}`}`;
