/**
 * Both ways in which runs can be kept, for `describe.each`: a title, and what `replayAlways` is to be. A flow, or an
 * engine, that goes wrong only when a run is read anew from the log is found out by the second.
 */
export const BOTH_WAYS = [
  ['with runs kept in memory', false],
  ['with replay at every await', true],
] as const;
