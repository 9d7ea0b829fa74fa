/** Under which the connection to the broker is injected. */
export const NATS = Symbol('nats');
