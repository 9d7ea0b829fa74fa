export { PIPE_FLOW, pipeFlow } from './pipe.flow.js';
export type { PipeInput, PipeResult, PipeStep } from './pipe.js';
/*
 * Parts for whoever fills in expressions over something else than steps.
 */
export { UnreadableExpression } from './expression.js';
export type { Reference, Root } from './expression.js';
export { fillTemplate, lookUp } from './fill-template.js';
export type { Filling } from './fill-template.js';
export { findReferences } from './find-references.js';
export type { PlacedReference, References } from './find-references.js';
export { settledFaults } from './check-input.js';
export { ExpressionError, LostOperationError, StepUnsuccessfulError } from './errors.js';
