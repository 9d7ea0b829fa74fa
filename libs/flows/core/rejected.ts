/** The same promise. Whoever asked for it may look later than it fails, or never. */
export function mayFailUnseen<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** A promise that is rejected, and whose failure nobody need look at. */
export const rejected = <T>(error: Error): Promise<T> => mayFailUnseen(Promise.reject<T>(error));
