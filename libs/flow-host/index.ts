export { closeInTurn } from './close-in-turn.js';
export type { Closable } from './close-in-turn.js';
export { hostFlows } from './host-flows.js';
export type { FlowHost, FlowHostOptions } from './host-flows.js';
