import 'reflect-metadata';
import { connectRunLog } from '#libs/run-log';
import { startService } from '#libs/operations';
import { connect } from '@nats-io/transport-node';
import { answerBareEchoes } from '../bare-loop/bare-replies.js';
import { serveBareTasks } from '../bare-loop/bare-service.js';
import { makeBareStreams } from '../bare-loop/bare-streams.js';
import { Echo } from '../no-op/echo.contract.js';
import { NoOpModule } from '../no-op/no-op.module.js';
import { Stamp } from '../no-op/stamp.contract.js';
import { answerParent, setting } from './answer-parent.js';
import { hostsOf } from './hosts-of.js';

const servers = setting('NATS_URL');
const replicas = Number(setting('REPLICAS'));
const log = await connectRunLog({ servers, replicas, name: 'bench-service' });
const service = await startService({
  service: 'bench',
  module: NoOpModule,
  contracts: [Echo, Stamp],
  nats: log,
});

const bare = await connect({ servers: hostsOf(servers), name: 'bare-service', noAsyncTraces: true });
await makeBareStreams(bare);
await serveBareTasks(bare);
answerBareEchoes(bare);

answerParent({}, async () => {
  await bare.close();
  await service.close();
  await log.close();
});
