// Speaking to a server elsewhere, typed by flows and contracts. See docs/guides/library.md#from-elsewhere.
import { randomUUID } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { startGateway } from '#apps/gateway';
import { Client, ProblemError } from '#libs/client';
import { Orchestrator } from '#libs/embedded';
import { flow } from '#libs/flows';
import { defineOperation, Operation } from '#libs/operations';
import { complaints, findBroker } from './support/index.js';

class Length {
  @IsInt() metres: number;
}
class Planks {
  @IsInt() planks: number;
}

const CountPlanks = defineOperation({
  name: 'count_planks',
  service: 'example_yard',
  category: 'examples',
  stage: 'transform',
  description: 'Counts the planks that a fence takes',
  input: Length,
  output: Planks,
});

@Controller()
class Yard {
  @Operation(CountPlanks)
  count({ metres }: Length): Planks {
    return { planks: metres * 8 };
  }
}

const orderFence = flow(
  { name: 'example_fence_order', description: 'Orders what a fence takes', input: Length },
  async (input, ctx) => {
    const { planks } = await ctx.task(CountPlanks, input);
    const { approved, comment } = await ctx.approval('order', { planks });
    return approved ? `${planks} planks: ${comment}` : 'nothing';
  },
);

// The server: a gateway in front of a program with flows and services.
const broker = await findBroker();
const orchestrator = new Orchestrator({
  flows: [orderFence],
  services: [Yard],
  deployments: [orderFence.toDeployment({ name: 'garden', parameters: { metres: 3 } })],
  natsUrl: broker.url,
  logger: complaints,
  replayAlways: process.env['REPLAY_ALWAYS'] === 'true',
});
await orchestrator.start();
const gateway = await startGateway({
  natsUrl: broker.url,
  port: 0,
  auth: { mode: 'off' },
  logLevel: 'error',
});

// Somewhere else: an address, a key where one is asked for, and what flows and operations are made of.
const client = new Client({ url: gateway.url });
try {
  const { planks } = await client.call(CountPlanks, { metres: 2 });
  console.log(planks);

  const order = await client.flow(orderFence).start({ metres: 10 }, { idempotencyKey: randomUUID() });
  await asked(order.id);
  await order.approve('order', { comment: 'go' });
  const text: string = await order.result(); // over broken connections too
  console.log(text);

  const garden = await client.runDeployment<string>('example_fence_order/garden');
  await asked(garden.id);
  await garden.decline('order');
  console.log(await garden.result());

  const lost = await client.flow(orderFence).start({ metres: 1 });
  await lost.cancel('no garden');
  console.log(await lost.result().catch((error: Error & { code: string }) => error.code));

  await client.flow('example_fence_order').start({ metres: 'ten' });
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(error.code, error.fields);
} finally {
  await gateway.close();
  await orchestrator.stop();
  await broker.stop();
}

/** Resolves once a run asks for something. */
async function asked(runId: string): Promise<void> {
  const flows = await orchestrator.client();
  for (;;) {
    const { approvals } = await flows.describe(runId as Parameters<typeof flows.describe>[0]);
    if (approvals.length > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/* It prints:

16
80 planks: go
nothing
flow/run-cancelled
flow/invalid-input [
  {
    field: 'metres',
    value: 'ten',
    message: 'metres must be an integer number'
  }
]

*/
