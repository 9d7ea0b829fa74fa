import type { FlowRunId } from '#libs/run-log';
import type { DeploymentInput } from '../deployment.js';
import { keyOfEvent, runIdOfEvent } from '../ids.js';
import { eventWakes } from '../testing.fixtures.js';
import type { TriggerEvent } from '../trigger.js';
import { by, clock, EIGHT, office } from './offices.fixtures.js';

export let count = 0;
/** A deployment of its own for each test, for they share a broker; nothing else hears its events. */
export const put = async (over: Partial<DeploymentInput> = {}): Promise<string> => {
  const name = `called-${(count += 1)}`;
  const triggers = [{ event: `${name}.*`, parameters: { text: 'got ${{ event.data.id }}' } }];
  return (await office.service.put({ flow: 'quick', name, triggers, ...over }, {}, by)).deployment.id;
};
export const event = (over: Partial<TriggerEvent> = {}): TriggerEvent => ({
  id: 'e1',
  type: `called-${count}.now`,
  source: 'shop',
  time: EIGHT,
  data: { id: 7 },
  ...over,
});
export const said = (over: Partial<TriggerEvent> = {}, userId?: string, at = office): Promise<void> =>
  at.router.said({ event: event(over), trace: {}, ...(userId === undefined ? {} : { userId }) }, clock.now);
export const wakes = (id: string) => eventWakes(office, clock, id);
export const wakeAll = async (id: string, at = office): Promise<void> => {
  for (const wake of await wakes(id)) await at.desk.wake(id, wake);
};
export const runOf = (id: string, eventId = 'e1'): FlowRunId =>
  runIdOfEvent(id, keyOfEvent('event', 'shop', eventId));
export const stateOf = async (id: string) => (await office.store.read(id))!.state;
export const actionsOf = async (id: string) =>
  (await stateOf(id)).firings.map(({ action, reason, event: of }) => [of?.id, action, reason]);
export const startOf = async (runId: FlowRunId) => (await office.log.readRun(runId)).events[0]?.event;
