import type { Actor } from '#libs/run-log';

/** What is recorded of who asked: whom it is for, by which way it came, and who really asked where that is another. */
export const who = ({ userId, channel, by }: Actor): Actor => ({
  userId,
  channel,
  ...(by === undefined ? {} : { by }),
});
