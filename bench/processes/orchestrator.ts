import 'reflect-metadata';
import { OperationClient } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import { connect } from '@nats-io/transport-node';
import { startBareRuns } from '../bare-loop/bare-runs.js';
import { callByTurns } from '../direct-call/call-by-turns.js';
import { payload } from '../no-op/echo.contract.js';
import { STEPS } from '../no-op/ten-steps.flow.js';
import { startPlatformRuns } from '../steps/platform-runs.js';
import { runLoad } from '../steps/run-load.js';
import type { Load } from '../steps/run-load.js';
import { settled } from '../steps/settled.js';
import { answerParent, setting } from './answer-parent.js';

// Started after the service, which makes the streams of the bare loop.
const servers = setting('NATS_URL');
const log = await connectRunLog({ servers, name: 'bench-orchestrator' });
const ours = await startPlatformRuns(log);
const client = new OperationClient({ nats: log.connection, log });
const connection = await connect({
  servers: new URL(servers).host,
  name: 'bare-orchestrator',
  noAsyncTraces: true,
});
const bare = await startBareRuns(connection, STEPS);
const text = payload();

answerParent(
  {
    load: (load: Load) => runLoad(() => (load.side === 'ours' ? ours.run(text) : bare(text)), load),
    settled: () => settled(connection, ['RUN', 'LIVE', 'CALLS']),
    call: (times: number) => callByTurns({ client, connection, text }, times),
  },
  async () => {
    await connection.close();
    await ours.close();
    await log.close();
  },
);
