import 'reflect-metadata';
import { serveStarts } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { OperationClient } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import { connect } from '@nats-io/transport-node';
import { serveBareFlows } from '../bare-loop/bare-flows.js';
import { BareRuns } from '../bare-loop/bare-runs.js';
import { callByTurns } from '../direct-call/call-by-turns.js';
import { joinMany } from '../fan-out/join-many.js';
import type { FanOut } from '../fan-out/join-many.js';
import { payload } from '../no-op/echo.contract.js';
import { benchFlows } from '../no-op/registry.js';
import { STEPS, tenSteps } from '../no-op/ten-steps.flow.js';
import { SHORT_STEPS } from '../no-op/three-steps.flow.js';
import { startPlatformRuns } from '../steps/platform-runs.js';
import { runLoad } from '../steps/run-load.js';
import type { Load } from '../steps/run-load.js';
import { settled } from '../steps/settled.js';
import { usage } from '../waiting/usage.js';
import { answerParent, setting } from './answer-parent.js';
import { sayEnded } from './ends-said.js';
import { hostsOf } from './hosts-of.js';

// Started after the service, which makes the streams of the bare loop.
const servers = setting('NATS_URL');
const replicas = Number(setting('REPLICAS'));
const log = await connectRunLog({ servers, replicas, name: 'bench-orchestrator' });
const connection = await connect({
  servers: hostsOf(servers),
  name: 'bare-orchestrator',
  noAsyncTraces: true,
});
const saysEnds = process.env['SAYS_ENDS'] === 'yes';
const ours = await startPlatformRuns(log, jetStreamBuckets(log.connection), (runId) => {
  if (saysEnds) sayEnded(connection, runId);
});
const starts = await serveStarts(log.connection, log, benchFlows());
const client = new OperationClient({ nats: log.connection, log });
const text = payload();
const { name } = tenSteps.contract;

let bareRuns: Promise<BareRuns> | undefined;
const bare = (): Promise<BareRuns> => (bareRuns ??= BareRuns.start(connection));

answerParent(
  {
    load: async (load: Load) => {
      const runs = await bare();
      return runLoad(
        () => (load.side === 'ours' ? ours.run(name, { text }) : runs.sequence(text, STEPS)),
        load,
      );
    },
    joins: async (plan: FanOut) => joinMany({ ours, bare: await bare(), text }, plan),
    serveBareFlows: async () => serveBareFlows(connection, await bare(), SHORT_STEPS),
    settled: () => settled(connection, ['RUN', 'LIVE', 'CALLS']),
    call: (times: number) => callByTurns({ client, connection, text }, times),
    usage: async () => usage(ours.orchestrator),
    partitions: async () => ours.orchestrator.partitions().length,
  },
  async () => {
    await starts.close();
    await connection.close();
    await ours.orchestrator.close();
    await log.close();
  },
);
