/** Under which the gateway's logger is injected; a LoggerService of Nest. */
export const LOG = Symbol('log');
