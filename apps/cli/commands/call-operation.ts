import type { Command } from 'commander';
import type { OperationAnswer } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { FailedError } from '../terminal/cli-error.js';

/** Runs an operation and gives its result. Throws FailedError where it gave none, and what the gateway refuses with. */
export async function callOperation<T>(
  session: Session,
  command: Command,
  name: string,
  input: object,
): Promise<T> {
  const gateway = await session.gateway(command);
  const answer = await gateway.post<OperationAnswer>(`/operations/${name}`, input);
  if (answer.result === null || answer.result === undefined)
    throw new FailedError(answer.error?.message ?? `${name} gave no result`);
  return answer.result as T;
}
