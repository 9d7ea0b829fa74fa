import type { FlowRunId } from '#libs/run-log';
import type { DeploymentInput } from '../deployment.js';
import { runIdOfInstant } from '../ids.js';
import { by, office } from './offices.fixtures.js';

export const NINE = '2030-03-01T09:00:00.000Z';
export const NEXT_NINE = '2030-03-02T09:00:00.000Z';

export const put = async (spec: DeploymentInput, at = office): Promise<string> =>
  (await at.service.put(spec, {}, by)).deployment.id;
export const record = async (id: string) => (await office.store.read(id))!;
export const runOf = (id: string, instant: string): FlowRunId => runIdOfInstant(id, Date.parse(instant));
export const laterOf = async (id: string): Promise<string | undefined> => {
  const message = await office.log.connection.request(
    '$JS.API.STREAM.MSG.GET.DEPLOYMENTS',
    JSON.stringify({ last_by_subj: `deployment.${id}.later.fire` }),
  );
  const answer = message.json<{ message?: { data: string } }>();
  if (!answer.message) return undefined;
  return (JSON.parse(Buffer.from(answer.message.data, 'base64').toString()) as { instant: string }).instant;
};
export const firings = async (id: string) => (await record(id)).state.firings;
