import 'reflect-metadata';
import { FlowClient, startRun } from '#libs/flows';
import { connectRunLog } from '#libs/run-log';
import { connect } from '@nats-io/transport-node';
import { bareFlowClient } from '../bare-loop/bare-flows.js';
import { askByTurns } from '../first-operation/ask-by-turns.js';
import type { Turns } from '../first-operation/ask-by-turns.js';
import { payload } from '../no-op/echo.contract.js';
import { benchActor, benchFlows } from '../no-op/registry.js';
import { tenSteps } from '../no-op/ten-steps.flow.js';
import { fillWithCopies, runOriginal } from '../stored-runs/fill.js';
import type { Copying } from '../stored-runs/fill.js';
import { runLoad } from '../steps/run-load.js';
import type { Load, LoadDone } from '../steps/run-load.js';
import { startMany } from '../waiting/start-many.js';
import type { Many } from '../waiting/start-many.js';
import { answerParent, setting } from './answer-parent.js';
import { hearEnds } from './ends-said.js';
import { hostsOf } from './hosts-of.js';

const servers = setting('NATS_URL');
const log = await connectRunLog({ servers, name: 'bench-client' });
const connection = await connect({ servers: hostsOf(servers), name: 'bare-client', noAsyncTraces: true });
const flows = new FlowClient(log.connection, log);
const registry = benchFlows();
const text = payload();

let hearing: ReturnType<typeof hearEnds> | undefined;
const throughOthers = async (load: Load): Promise<LoadDone> => {
  const ended = await (hearing ??= hearEnds(connection));
  const { name } = tenSteps.contract;
  return runLoad(async () => {
    const { runId } = await startRun(log, registry, { flow: name, input: { text }, actor: benchActor });
    await ended(runId);
  }, load);
};

answerParent(
  {
    ask: async (turns: Turns) =>
      askByTurns({ flows, log, bare: await bareFlowClient(connection), text }, turns),
    startMany: (many: Many) => startMany(flows, many),
    load: throughOthers,
    runOriginal: () => runOriginal({ flows, log, connection, text }),
    fill: (copying: Copying) => fillWithCopies({ flows, log, connection, text }, copying),
  },
  async () => {
    await connection.close();
    await log.close();
  },
);
