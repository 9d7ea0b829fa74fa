import { setTimeout as pause } from 'node:timers/promises';
import { startNats } from '#libs/local-stack';
import { connectRunLog, type JetStreamRunLog } from '#libs/run-log';
import { brokerBinary } from '../brokers/own-broker.js';
import type { Measure, MeasureContext } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf, type Result } from '../result.js';
import { scaled } from '../scale.js';
import { emptyHome } from '../stack.js';
import { percentile } from '../statistics.js';
import { firedOf, type Expected, type Fired } from './fired.js';
import { deployMany } from './many-deployments.js';

const COUNT = scaled(10_000, 20);
const SPREAD_MS = scaled(60_000, 2_000);
/** What it takes to schedule them all, amply. */
const SCHEDULING_MS = scaled(60_000, 3_000);
const LOOK_MS = 500;
/** The log has not grown for so many looks. */
const QUIET_LOOKS = 20;
const PATIENCE_MS = 120_000;

interface Stage {
  readonly say: MeasureContext['say'];
  readonly log: JetStreamRunLog;
  /** Stops the broker as a crash would and starts it again. */
  crashBroker(): Promise<void>;
  /** Ends one orchestrator at once and starts another. */
  crashOrchestrator(): Promise<void>;
}

async function setStage(context: MeasureContext): Promise<Stage> {
  const folders = await emptyHome(context);
  const options = { binary: await brokerBinary(folders), home: folders.home };
  let broker = await startNats(options);
  context.cleanup.add(() => broker.stop());
  const settings = { NATS_URL: broker.url };
  let crashing = await Child.start(context, 'deployer', settings);
  await Child.start(context, 'deployer', settings);
  const log = await connectRunLog({ servers: broker.url, name: 'bench-deployments' });
  context.cleanup.add(() => log.close());
  return {
    say: context.say,
    log,
    crashBroker: async () => {
      await broker.kill();
      broker = await startNats({ ...options, port: broker.port });
    },
    crashOrchestrator: async () => {
      await crashing.kill();
      crashing = await Child.start(context, 'deployer', settings);
    },
  };
}

/** Schedules them, lets the time come, and reads what the log holds of it. */
async function fireAt(
  { log, say }: Stage,
  offsetOf: (n: number) => number,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<Fired> {
  const { lastSeq } = await log.info('RUN');
  const begin = Math.ceil((Date.now() + SCHEDULING_MS) / 1_000) * 1_000;
  const instants = Array.from({ length: COUNT }, (_, n) => begin + Math.round(offsetOf(n)));
  const begunAt = performance.now();
  const expected: readonly Expected[] = await deployMany(log.connection, instants);
  say(`deployments: ${COUNT} were scheduled in ${((performance.now() - begunAt) / 1_000).toFixed(1)} s`);
  await pause(Math.max(0, begin - Date.now()));
  await meanwhile();
  await pause(Math.max(0, instants.at(-1)! - Date.now()));
  await quiet(log);
  const fired = await firedOf(log, lastSeq + 1, expected);
  say(
    `deployments: ${fired.lateMs.length} fired, ${fired.lost} lost, ${fired.more} too many; ms late p50 ${percentile(fired.lateMs, 0.5)}, p99 ${percentile(fired.lateMs, 0.99)}, at most ${Math.max(...fired.lateMs)}`,
  );
  return fired;
}

async function quiet(log: JetStreamRunLog): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let last = -1;
  for (let looks = 0; looks < QUIET_LOOKS; await pause(LOOK_MS)) {
    patience.throwIfAborted();
    const { lastSeq } = await log.info('RUN');
    looks = lastSeq === last ? looks + 1 : 0;
    last = lastSeq;
  }
}

function jitter(id: string, what: string, { lateMs }: Fired): Result[] {
  return [
    resultOf({
      id,
      what: `ms from the instant to the stored start of its run, p99, ${COUNT} deployments ${what}`,
      ours: percentile(lateMs, 0.99),
      goal: { of: 'ours', is: '<=', value: 1_000 },
    }),
    resultOf({ id: `${id} p50`, what: 'the same, p50', ours: percentile(lateMs, 0.5) }),
  ];
}

/** Measures how late deployments fire, and whether each does once. */
export const deployments: Measure = {
  names: ['deployments'],
  run: async (context) => {
    const stage = await setStage(context);
    const spread = (n: number): number => (n * SPREAD_MS) / COUNT;
    const calm = await fireAt(stage, spread);
    const atOnce = await fireAt(stage, () => 0);
    const rough = await fireAt(stage, spread, async () => {
      await pause(SPREAD_MS / 3);
      await stage.crashBroker();
      await pause(SPREAD_MS / 6);
      await stage.crashOrchestrator();
    });
    const wrong = [calm, atOnce, rough].reduce((sum, { lost, more }) => sum + lost + more, 0);
    return [
      ...jitter('deployments spread', `over ${SPREAD_MS / 1_000} s`, calm),
      ...jitter('deployments at once', 'at one instant', atOnce),
      resultOf({
        id: 'deployments exact',
        what: `instants lost or doubled of ${3 * COUNT}, a third of them through a crash of the broker and one of an orchestrator`,
        ours: wrong,
        goal: { of: 'ours', is: '<=', value: 0 },
      }),
    ];
  },
};
