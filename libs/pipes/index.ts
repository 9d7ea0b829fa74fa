export { PIPE_FLOW, pipeFlow } from './pipe.flow.js';
export type { PipeInput, PipeResult, PipeStep } from './pipe.js';
export { ExpressionError, LostOperationError, StepUnsuccessfulError } from './errors.js';
