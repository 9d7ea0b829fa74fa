export { Orchestrator } from './orchestrator.js';
export type { OrchestratorOptions, RunOptions } from './orchestrator.js';
export { serve } from './serve.js';
export type { ServeOptions } from './serve.js';
export type { DeploymentSource } from './deployment-specs.js';
export type { HostedService } from './hosted-services.js';
export { BadReferenceError, NotStartedError, StoppedError, UnnamedServiceError } from './errors.js';
export { hostFlows } from '#libs/flow-host';
export type { FlowHost, FlowHostOptions } from '#libs/flow-host';
