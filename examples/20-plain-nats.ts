// Everything by plain NATS messages, from whatever speaks NATS. See docs/guides/steering.md#plain-nats.
import { headers, type Msg } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class OrderInput {
  @IsString() item: string;
}

const order = flow(
  { name: 'example_order', description: 'Orders something when somebody says yes', input: OrderInput },
  async ({ item }, ctx) => {
    const { approved, by } = await ctx.approval('order', { item });
    if (!approved) return 'not ordered';
    const address = await ctx.signal<string>('address');
    return `${item} goes to ${address}, says ${by?.userId}`;
  },
);

await runExample({ flows: [order] }, async ({ log }) => {
  // From here on there is a connection to the broker, and nothing else of this project.
  const nats = log.connection;
  const ask = async (subject: string, body: object, said: Readonly<Record<string, string>> = {}) => {
    const about = headers();
    for (const [name, value] of Object.entries(said)) about.set(name, value);
    const answer = await nats.request(subject, JSON.stringify(body), { timeout: 5_000, headers: about });
    return answer.json<Record<string, unknown>>();
  };
  const key = { 'Idempotency-Key': randomUUID(), 'User-Id': 'ada' };

  const started = await ask('workflows.start.example_order', { item: 'book' }, key);
  const again = await ask('workflows.start.example_order', { item: 'book' }, key);
  console.log(`started: existing ${String(started.existing)}; again: existing ${String(again.existing)}`);
  const runId = String(started.runId);

  // What a run decides can be heard on its subjects; what happened before is found by asking.
  const decisions = nats.subscribe(`run.*.${runId}.decision.flow`);
  const until = async (type: string): Promise<Msg | undefined> => {
    for await (const message of decisions) if (message.headers?.get('Event-Type') === type) return message;
    return undefined;
  };
  const ended = until('FlowCompleted');

  const wrong = await ask('workflows.start.example_order', { colour: 'red' });
  console.log('refused:', (wrong.error as { readonly code: string }).code);
  const none = await ask(`workflows.signal.${randomUUID()}`, { name: 'address' });
  console.log('refused:', (none.error as { readonly code: string }).code);

  await ask(`workflows.signal.${runId}`, { name: 'address', payload: 'Market Square 1' });
  const isAsked = async () =>
    ((await ask(`workflows.approvals.${runId}`, {})).approvals as unknown[]).length > 0;
  while (!(await isAsked())) await delay(20);
  await ask(`workflows.approve.${runId}`, { name: 'order', approved: true }, { 'User-Id': 'ada' });

  const { result } = (await ended)!.json<{ readonly result: string }>();
  console.log(result);
  const { standing } = await ask(`workflows.describe.${runId}`, {});
  console.log(`the run has ${String(standing)}`);
});

/* It prints:

started: existing false; again: existing true
refused: flow/invalid-input
refused: flow/unknown-run
book goes to Market Square 1, says ada
the run has ended

*/
