/**
 * Does something now and then, each time behind what has arrived. A thread that was blocked finds its timers due before
 * it reads what came meanwhile: judged by the clock alone, everything would be taken for silent.
 */
export const everyBehindIo = (ms: number, work: () => void): NodeJS.Timeout =>
  setInterval(() => setImmediate(work), ms);
