import 'reflect-metadata';
import { connectRunLog } from '#libs/run-log';
import { startService } from '#libs/operations';
import { connect } from '@nats-io/transport-node';
import { answerBareEchoes } from '../bare-loop/bare-replies.js';
import { serveBareTasks } from '../bare-loop/bare-service.js';
import { makeBareStreams } from '../bare-loop/bare-streams.js';
import { Echo } from '../no-op/echo.contract.js';
import { EchoModule } from '../no-op/echo.module.js';
import { answerParent, setting } from './answer-parent.js';

const servers = setting('NATS_URL');
const log = await connectRunLog({ servers, name: 'bench-service' });
const service = await startService({ service: 'bench', module: EchoModule, contracts: [Echo], nats: log });

const bare = await connect({ servers: new URL(servers).host, name: 'bare-service', noAsyncTraces: true });
await makeBareStreams(bare);
await serveBareTasks(bare);
answerBareEchoes(bare);

answerParent({}, async () => {
  await bare.close();
  await service.close();
  await log.close();
});
