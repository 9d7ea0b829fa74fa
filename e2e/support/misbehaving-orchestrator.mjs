// An orchestrator of its own with flows that misbehave; run as a process by misbehaving.e2e.spec.ts.
import process from 'node:process';
import { IsOptional, IsString } from 'class-validator';
import { flow, FlowRegistry, serveStarts, startOrchestrator, startWatchdog } from '#libs/flows';
import { jetStreamBuckets } from '#libs/key-values';
import { connectRunLog } from '#libs/run-log';

class Input {
  value;
}
IsOptional()(Input.prototype, 'value');
IsString()(Input.prototype, 'value');

const servers = process.env.NATS_URL;
const log = await connectRunLog({ servers, name: 'blocking', partitionAckWaitMs: 1_000 });
const registry = new FlowRegistry([
  flow({ name: 'spin', description: 'Never awaits.', input: Input }, async () => {
    for (;;);
  }),
  flow(
    { name: 'leave_a_rejection', description: 'Leaves a rejected promise behind.', input: Input },
    async (_input, ctx) => {
      void Promise.reject(new Error('nobody looks'));
      await ctx.sleep(3_600);
    },
  ),
  flow({ name: 'greet', description: 'Ends at once.', input: Input }, async () => 'hello'),
]);
const script = new URL('../../dist/apps/orchestrator/watchdog-worker.js', import.meta.url);
const watchdog = startWatchdog({ script, servers, blockedMs: 1_500 });
await startOrchestrator({
  log,
  registry,
  buckets: jetStreamBuckets(log.connection),
  logger: console,
  watchdog,
  replayAlways: process.env.REPLAY_ALWAYS === 'true',
});
await serveStarts(log.connection, log, registry);
process.stdout.write('orchestrator is ready\n');
