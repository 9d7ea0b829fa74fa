/** Node's longest timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back at an instant, however far away, in milliseconds since 1970. Keeps no process alive. Gives the way back. */
export function onInstant(instant: number, listener: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = instant - Date.now();
    timer = setTimeout(left > LONGEST_MS ? wait : listener, Math.min(Math.max(0, left), LONGEST_MS));
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
