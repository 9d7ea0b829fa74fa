export { Client } from './client.js';
export type { ClientOptions, RunDeploymentOptions } from './client.js';
export { FlowHandle } from './flow-handle.js';
export type { StartOptions } from './flow-handle.js';
export { RunHandle } from './run-handle.js';
export type { Answer, AwaitOptions, RunStanding } from './run-handle.js';
export { HttpClient } from './http-client.js';
export type { HttpClientOptions, Page, Query, RequestOptions } from './http-client.js';
export { ConnectionClosedError, followEvents } from './follow-events.js';
export type { EventSource, FollowOptions } from './follow-events.js';
export {
  BadAddressError,
  BadDeploymentError,
  BadHeaderError,
  ForeignServerError,
  GatewayUnreachableError,
  MovedServerError,
  ProblemError,
  SlowGatewayError,
} from './errors.js';
export type { Problem } from './errors.js';
export { NoResultError } from './no-result.error.js';
export type { NoResult } from './no-result.error.js';
