import { startDeployments, type Deployments } from '#libs/deployments';
import { flow, FlowRegistry } from '#libs/flows';
import { pipeFlow } from '#libs/pipes';
import { Echo, EchoInput, Whisper } from './echo.contract.js';
import type { TestGateway } from './test-gateway.js';

const song = flow({ name: 'song', aliases: ['tune'], description: 'Sings', input: EchoInput }, async () => ({
  sung: true,
}));

/** Keeps deployments of the flows `song` and `pipe` behind a gateway; runs that they begin are not carried out. */
export const keepDeployments = ({ log }: Pick<TestGateway, 'log'>): Promise<Deployments> =>
  startDeployments({ log, registry: new FlowRegistry([song, pipeFlow([Echo, Whisper])]) });
