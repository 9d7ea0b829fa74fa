import { FlowRegistry } from '#libs/flows';
import { endless } from './endless.flow.js';
import { fanOut } from './fan-out.flow.js';
import { sleeper } from './sleeper.flow.js';
import { tenSteps } from './ten-steps.flow.js';
import { threeSteps } from './three-steps.flow.js';

/** Every flow of the bench. */
export const benchFlows = (): FlowRegistry =>
  new FlowRegistry([tenSteps, threeSteps, fanOut, sleeper, endless]);

export const benchActor = { userId: 'bench', channel: 'api' } as const;
