/** Under which the buckets on the broker are injected. */
export const BUCKETS = Symbol('buckets');
