export { runExample } from './run-example.js';
export type { ExampleParts, ExampleService, World } from './run-example.js';
export { retryWaits } from './retry-waits.js';
export { reached } from './reached.js';
