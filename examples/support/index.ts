export { runExample } from './run-example.js';
export type { ExampleParts, ExampleService, World } from './run-example.js';
export { retryWaits } from './retry-waits.js';
export { reached } from './reached.js';
export { complaints } from './complaints.js';
export { findBroker } from './find-broker.js';
export type { Broker } from './find-broker.js';
