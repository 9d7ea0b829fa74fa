// Runs that something starts: an event, and the end of another run. See docs/guides/triggers.md.
import { headers } from '@nats-io/transport-node';
import { IsString } from 'class-validator';
import { DeploymentClient, toDeployment } from '#libs/deployments';
import type { DeploymentRef } from '#libs/deployments';
import { flow } from '#libs/flows';
import type { FlowRunId } from '#libs/run-log';
import { runExample } from './support/index.js';

class NoteInput {
  @IsString()
  text: string;
}

const pack = flow(
  { name: 'example_pack', description: 'Packs an order', input: NoteInput },
  async ({ text }) => `${text} is packed`,
);
const tell = flow(
  { name: 'example_tell', description: 'Tells somebody', input: NoteInput },
  async ({ text }) => `told: ${text}`,
);

const packing = toDeployment(pack, {
  name: 'on-order',
  parameters: { text: 'an order' },
  triggers: [
    {
      event: 'order.*',
      where: { 'data.total': { $gte: 100 } },
      parameters: { text: 'Order ${{ event.data.id }}' },
    },
  ],
});
const telling = toDeployment(tell, {
  name: 'when-packed',
  parameters: { text: 'something was packed' },
  triggers: [{ run: 'example_pack', parameters: { text: '${{ event.data.result }}' } }],
});

await runExample({ flows: [pack, tell] }, async ({ client, log, me }) => {
  const deployments = new DeploymentClient(log.connection);
  const by = { actor: me };
  await deployments.put(packing, by);
  await deployments.put(telling, by);

  /** The run that an event has started, once it has ended. */
  const ran = async (of: DeploymentRef, eventId: string): Promise<FlowRunId> => {
    for (;;) {
      const firing = (await deployments.firings(of, by)).find(({ event }) => event?.id === eventId);
      if (!firing?.runId) continue;
      const end = await client.result(firing.runId);
      console.log(`${of.flow}: ${end.status === 'completed' ? String(end.result) : end.status}`);
      return firing.runId;
    }
  };

  await deployments.emit({ type: 'order.created', id: 'small', data: { id: 'A-16', total: 12 } }, by);
  const said = await deployments.emit(
    { type: 'order.created', id: 'A-17', data: { id: 'A-17', total: 120 } },
    by,
  );
  const packed = await ran(packing, said.id);
  // The event of a run that has ended has the run's id.
  await ran(telling, packed);

  // The same by plain NATS, from whatever speaks it; said twice, it is one event.
  const about = headers();
  about.set('ce-id', 'B-1');
  for (let time = 0; time < 2; time++)
    log.connection.publish('event.order.paid', JSON.stringify({ id: 'B-1', total: 500 }), { headers: about });
  await ran(telling, await ran(packing, 'B-1'));

  const done = await deployments.firings(packing, by);
  console.log(done.map(({ event, action }) => `${event?.type} ${event?.id} ${action}`).sort());
});

/* It prints:

example_pack: Order A-17 is packed
example_tell: told: Order A-17 is packed
example_pack: Order B-1 is packed
example_tell: told: Order B-1 is packed
[ 'order.created A-17 started', 'order.paid B-1 started' ]

*/
