import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import { ProblemError } from '../gateway/errors.js';
import { closest } from '../parameters/closest.js';
import { NotFoundError } from '../terminal/cli-error.js';

/** Asks the gateway for a flow or an operation by its name; an unknown one is answered with the name probably meant. */
export async function getNamed<T>(
  gateway: GatewayClient,
  kind: 'flow' | 'operation',
  name: string,
): Promise<T> {
  const collection = kind === 'flow' ? '/workflows' : '/operations';
  try {
    return await gateway.get<T>(`${collection}/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ProblemError && isUnknownName(error))) throw error;
    const { items } = await gateway.get<Page<{ name: string; aliases?: readonly string[] }>>(collection);
    const names = items.flatMap((item) => [item.name, ...(item.aliases ?? [])]);
    const meant = closest(name, names);
    const list = `\`jobhunter ${kind} ls\` lists ${items.length === 0 ? 'what there is' : 'them'}`;
    throw new NotFoundError(
      `there is no ${kind} ${JSON.stringify(name)}`,
      meant === undefined ? list : `did you mean ${meant}? ${list}`,
      { cause: error },
    );
  }
}

// A name that cannot be one at all is refused as a bad id.
function isUnknownName({ problem }: ProblemError): boolean {
  return problem.status === 404 || problem.code === 'gateway/bad-id';
}
