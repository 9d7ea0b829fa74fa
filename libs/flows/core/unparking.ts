import type { Actor, Trigger } from '#libs/run-log';

/** Asks parked runs to go on. */
export const UNPARKER: Actor = { userId: 'system', channel: 'flow' };

/** Whether it is no person's word, but asks a parked run to go on whose version is known by now. */
export const isUnparking = (event: Trigger): boolean =>
  event.type === 'ResumeRequested' &&
  event.actor.userId === UNPARKER.userId &&
  event.actor.channel === UNPARKER.channel;
