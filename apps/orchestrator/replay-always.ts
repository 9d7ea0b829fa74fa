import { EnvironmentError } from '#libs/operations';

/** Reads REPLAY_ALWAYS: `true` or `false`, which it is where absent. Throws EnvironmentError for anything else. */
export function readReplayAlways(env: Readonly<Record<string, string | undefined>>): boolean {
  const text = env['REPLAY_ALWAYS'] || 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new EnvironmentError([`REPLAY_ALWAYS is ${JSON.stringify(text)}; expected true or false`]);
}
