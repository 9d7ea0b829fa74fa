import type { GatewayAt } from '../processes/gateway.js';
import { Dice } from './dice.js';
import { FLOWS, OPERATIONS, TAGS, USERS } from './names.js';

const SEED = 666;
const PAGES = 3;

const PATHS: readonly ((dice: Dice) => string)[] = [
  () => '/task-runs?status=failed',
  (dice) => `/task-runs?operation=${dice.early(OPERATIONS)}`,
  (dice) => `/task-runs?operation=${dice.early(OPERATIONS)}&status=failed,cancelled`,
  (dice) => `/task-runs?userId=${dice.early(USERS)}&sort=-startedAt`,
  (dice) => `/flow-runs?flow=${dice.early(FLOWS)}&status=failed`,
  (dice) => `/flow-runs?tag=${dice.early(TAGS)}`,
];

/** Asks a gateway for some lists, page by page, one at a time; gives what each page took, in milliseconds. */
export async function askGateway({ url, key }: GatewayAt, tries: number): Promise<number[]> {
  const dice = new Dice(SEED);
  const times: number[] = [];
  for (let nth = 0; nth < tries; nth++)
    for (const path of PATHS) {
      let next: string | undefined = `${path(dice)}&limit=20`;
      for (let page = 0; page < PAGES && next !== undefined; page++) {
        const begun = performance.now();
        const answer = await fetch(url + next, { headers: { authorization: `Bearer ${key}` } });
        const body = (await answer.json()) as { readonly links?: { readonly next?: string } };
        times.push(performance.now() - begun);
        if (!answer.ok)
          throw new Error(`${next} was answered with ${answer.status}: ${JSON.stringify(body)}`);
        next = body.links?.next;
      }
    }
  return times;
}
