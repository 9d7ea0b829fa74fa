// Flows, services and deployments in a program of one's own. See docs/guides/library.md.
import { Controller } from '@nestjs/common';
import { IsInt, IsString } from 'class-validator';
import { NoResultError } from '#libs/client';
import { Orchestrator, serve } from '#libs/embedded';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, TerminalError } from '#libs/operations';
import { complaints, findBroker } from './support/index.js';

class Length {
  @IsInt() metres: number;
}
class Planks {
  @IsInt() planks: number;
}
class Order {
  @IsString() text: string;
}

const of = { service: 'example_yard', category: 'examples', stage: 'transform' } as const;
const CountPlanks = defineOperation({
  ...of,
  name: 'count_planks',
  description: 'Counts the planks that a fence takes',
  input: Length,
  output: Planks,
});
const WriteOrder = defineOperation({
  ...of,
  name: 'write_order',
  description: 'Writes an order of planks',
  input: Planks,
  output: Order,
});

@Controller()
class Yard {
  @Operation(CountPlanks)
  count({ metres }: Length): Planks {
    if (metres <= 0) throw new TerminalError('yard/no-fence', `a fence of ${metres} metres is none`);
    return { planks: metres * 8 };
  }

  @Operation(WriteOrder)
  write({ planks }: Planks): Order {
    return { text: `${planks} planks` };
  }
}

const countPlanks = task({ name: 'count_planks', retries: 2, retryDelaySeconds: 1 }, CountPlanks);

const orderFence = flow(
  { name: 'example_fence', description: 'Orders what a fence takes', input: Length },
  async (input, ctx) => {
    const { text } = await ctx.task(WriteOrder, await ctx.task(countPlanks, input));
    const approval = await ctx.approval('order', { text });
    return approval.approved ? `ordered ${text}` : 'nothing ordered';
  },
);

const broker = await findBroker();
const replayAlways = process.env['REPLAY_ALWAYS'] === 'true';
const parts = { services: [Yard], natsUrl: broker.url, logger: complaints, replayAlways };
const me = { actor: { userId: 'local', channel: 'api' } } as const;

// All of it in this process: flows, the services that they need, and the deployments that are to be there.
const orchestrator = new Orchestrator({
  ...parts,
  flows: [orderFence],
  deployments: [
    {
      flow: 'pipe',
      name: 'quote',
      parameters: {
        steps: [
          { use: 'count_planks', id: 'count', with: { metres: 3 } },
          { use: 'write_order', with: { planks: '${{ steps.count.planks }}' } },
        ],
      },
    },
  ],
});
try {
  await orchestrator.start();

  console.log(await orchestrator.call(CountPlanks, { metres: 2 }));
  console.log(await orchestrator.runOnce('quote'));

  // Begun, and awaited apart; what it waits for is said by the client.
  const runId = await orchestrator.submit(orderFence, { metres: 10 });
  const stopped = orchestrator.result(runId).catch((error: Error & { code: string }) => error.code);
  await orchestrator.stop();
  console.log(await stopped);

  // The run is in the log: it goes on where an orchestrator is started again.
  await orchestrator.start();
  const client = await orchestrator.client();
  const asked = async () => (await client.approvals(runId)).length > 0;
  while (!(await asked())) await new Promise((resolve) => setImmediate(resolve));
  await client.answerApproval(runId, { name: 'order' }, { ...me, approved: true });
  console.log(await orchestrator.result(runId));

  try {
    await orchestrator.run(orderFence, { metres: 0 });
  } catch (error) {
    if (error instanceof NoResultError) console.log(error.code, error.record?.code);
  }
} finally {
  await orchestrator.stop();
}

// The short form of a program that does nothing else: hosts until SIGTERM, SIGINT or its own signal.
const end = new AbortController();
await serve(
  orderFence.toDeployment({
    name: 'each-monday',
    parameters: { metres: 5 },
    schedule: { cron: '0 8 * * 1', timeZone: 'Europe/Berlin' },
    overlap: 'queue',
  }),
  {
    ...parts,
    signal: end.signal,
    onReady: () => {
      console.log('serving');
      end.abort();
    },
  },
);
await broker.stop();

/* It prints:

Planks { planks: 16 }
{
  steps: { count: { planks: 24 }, write_order: { text: '24 planks' } }
}
orchestrator/stopped
ordered 80 planks
flow/run-failed yard/no-fence
serving

*/
