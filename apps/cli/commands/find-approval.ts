import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import type { Approval } from '../gateway/resources.js';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';
import { oneLine } from '../terminal/plain-text.js';

/** Where an approval is answered. */
export interface ApprovalPlace {
  readonly runId: string;
  /** A name or the number of a step. */
  readonly which: string;
}

// The id of a run holds no dot, that of an approval one, before its step.
const APPROVAL_ID = /^([^.]+)\.(\d+)$/;
const MOST = 500;

/** As flows of the job hunt name the approval of an application. */
const nameFor = (applicationId: string): string => `application ${applicationId}`;

/**
 * Finds the approval that a person means by its own id, by its run where that waits for one only or `named` says which,
 * or by the application that it is about. Throws NotFoundError, UsageError where several fit, and what the gateway
 * refuses with.
 */
export async function findApproval(
  gateway: GatewayClient,
  id: string,
  named?: string,
): Promise<ApprovalPlace> {
  const [, runId, step] = APPROVAL_ID.exec(id) ?? [];
  if (runId !== undefined && step !== undefined) return { runId, which: step };
  if (isApplication(id)) return theOne(await openFor(gateway, id), `application ${id}`);
  if (named !== undefined) return { runId: id, which: named };
  return onlyOneOf(gateway, id);
}

/** Finds the id of an approval to look at; one that was answered will do where none waits. */
export async function findApprovalToShow(
  gateway: GatewayClient,
  id: string,
  named?: string,
): Promise<string> {
  if (APPROVAL_ID.test(id)) return id;
  const application = isApplication(id);
  const path = application ? '/approvals' : `/flow-runs/${encodeURIComponent(id)}/approvals`;
  const all = await gateway.list<Approval>(path, application ? { name: nameFor(id) } : {}, MOST);
  const meant = all.items.filter(({ name, step }) =>
    named === undefined || application ? true : name === named || String(step) === named,
  );
  const what = application ? `application ${id}` : `run ${id}`;
  const open = meant.filter(({ status }) => status === 'pending');
  if (open.length > 0 || meant.length === 0) {
    const { runId, which } = theOne(open, named === undefined ? what : `${what} under the name ${named}`);
    return `${runId}.${which}`;
  }
  const [latest] = [...meant].sort((a, b) => b.requestedAt.localeCompare(a.requestedAt));
  return idOf(latest!);
}

const isApplication = (id: string): boolean => id.startsWith('app_');
const idOf = ({ flowRunId, step }: Approval): string => `${flowRunId}.${step}`;

async function openFor(gateway: GatewayClient, applicationId: string): Promise<readonly Approval[]> {
  const query = { name: nameFor(applicationId), status: 'pending' };
  return (await gateway.list<Approval>('/approvals', query, MOST)).items;
}

function theOne(open: readonly Approval[], what: string): ApprovalPlace {
  const [first, ...others] = open;
  if (first === undefined)
    throw new NotFoundError(`nothing waits for approval for ${what}`, 'what waits: jobhunter approvals');
  if (others.length > 0) {
    const ids = open.map((item) => `${idOf(item)} (${oneLine(item.name)})`).join(', ');
    throw new UsageError(`several approvals wait for ${what}; give the id of one: ${ids}`);
  }
  return { runId: first.flowRunId, which: String(first.step) };
}

/** Finds the step of the one approval that a run waits for. */
async function onlyOneOf(gateway: GatewayClient, runId: string): Promise<ApprovalPlace> {
  const query = { status: 'pending' };
  const path = `/flow-runs/${encodeURIComponent(runId)}/approvals`;
  const { items } = await gateway.get<Page<Approval>>(path, { query });
  const [first, ...others] = items;
  if (first === undefined)
    throw new NotFoundError(
      `run ${runId} asks for no approval`,
      `what it does: jobhunter flow-run inspect ${runId}`,
    );
  if (others.length > 0) {
    const names = items.map(({ step, name }) => `${step} (${oneLine(name)})`).join(', ');
    throw new UsageError(`run ${runId} asks for several approvals; name one by its step: ${names}`);
  }
  return { runId, which: String(first.step) };
}
