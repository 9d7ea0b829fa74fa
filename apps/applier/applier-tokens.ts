/** Injection token of the service's settings. */
export const APPLIER_SETTINGS = Symbol('applier settings');
