import { RetryableError } from './errors.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** What had to reach the log did not, and this process no longer waits for it. */
export class GaveUpError extends RetryableError {
  constructor(cause: unknown) {
    super('operation/gave-up', 'the run log did not answer before this process had to go on', undefined, {
      cause,
    });
  }
}

/**
 * Repeats what fails for a passing reason (an error whose disposition is `retry`), with pauses from 50 ms up to 5 s,
 * until it works or `until` is aborted. Throws GaveUpError then, and any other error at once.
 */
export async function keepTrying<T>(attempt: () => Promise<T>, until: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (until.aborted || !(await waited(pause, until))) throw new GaveUpError(error);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Error && 'disposition' in error && error.disposition === 'retry';
}

/** Waits; false when the signal cut it short. */
function waited(ms: number, until: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (whole: boolean) => (): void => {
      clearTimeout(timer);
      until.removeEventListener('abort', cut);
      resolve(whole);
    };
    const cut = done(false);
    const timer = setTimeout(done(true), ms);
    until.addEventListener('abort', cut, { once: true });
  });
}
