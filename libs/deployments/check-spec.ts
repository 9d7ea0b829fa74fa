import type { FlowRegistry } from '#libs/flows';
import { checkDto, sentenceOf, TerminalError } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import type { DeploymentSpec } from './deployment.js';
import { InvalidDeploymentError } from './errors.js';
import { instantsOf } from './instants.js';
import type { Schedule } from './schedule.js';
import { SpecBody, type ScheduleBody } from './spec-bodies.js';
import { checkParameters } from './check-parameters.js';
import { checkTriggers } from './triggers/check-triggers.js';

/**
 * Checks a specification and fills in what it leaves out. Throws TerminalError with the fields that were refused:
 * InvalidDeploymentError, UnknownFlowError, or `flow/invalid-input` for its parameters.
 */
export async function checkSpec(registry: FlowRegistry, raw: unknown, owner: Actor): Promise<DeploymentSpec> {
  const checked = await checkDto(SpecBody, raw);
  if (!checked.ok)
    throw new InvalidDeploymentError(sentenceOf('the deployment', checked.fields), checked.fields);
  const said = checked.value;
  const { contract } = registry.get(said.flow);
  const faults: TerminalError[] = [];
  const schedule = said.schedule && unlessRefused(() => scheduleOf(said.schedule!), faults);
  const { triggers, faults: ofTriggers } = checkTriggers(said.triggers ?? [], {
    flow: contract.name,
    name: said.name,
    registry,
  });
  if (ofTriggers.length > 0)
    faults.push(new InvalidDeploymentError(sentenceOf('the deployment', ofTriggers), ofTriggers));
  const spec: DeploymentSpec = {
    flow: contract.name,
    name: said.name,
    ...(said.description ? { description: said.description } : {}),
    parameters: said.parameters ?? {},
    tags: [...new Set(said.tags)],
    ...(schedule ? { schedule } : {}),
    triggers,
    paused: said.paused ?? false,
    concurrency: said.concurrency ?? 1,
    overlap: said.overlap ?? 'skip',
    missed: said.missed ?? 'latest',
    flags: { ...said.flags },
    ...(said.source ? { source: said.source } : {}),
  };
  await checkParameters(registry, spec, owner).catch((error: unknown) => note(error, faults));
  const [fault, another] = faults;
  if (another) throw everyFault(faults);
  if (fault) throw fault;
  return spec;
}

/** One mistake does not hide another. */
function everyFault(faults: readonly TerminalError[]): InvalidDeploymentError {
  const fields = faults.flatMap((fault) => fault.fields ?? []);
  return new InvalidDeploymentError(sentenceOf('the deployment', fields), fields);
}

function unlessRefused<T>(check: () => T, faults: TerminalError[]): T | undefined {
  try {
    return check();
  } catch (error) {
    note(error, faults);
    return undefined;
  }
}

function note(error: unknown, faults: TerminalError[]): void {
  if (!(error instanceof TerminalError)) throw error;
  faults.push(error);
}

/** Checks a schedule. Throws InvalidDeploymentError. */
export function scheduleOf({ cron, timeZone, intervalSeconds, anchor }: ScheduleBody): Schedule {
  if ((cron === undefined) === (intervalSeconds === undefined))
    throw invalid('schedule', 'expected either cron or intervalSeconds');
  if (cron === undefined && timeZone !== undefined)
    throw invalid('schedule.timeZone', 'goes with cron only: an interval does not know of clocks');
  if (cron !== undefined && anchor !== undefined)
    throw invalid('schedule.anchor', 'goes with intervalSeconds only');
  const schedule: Schedule =
    cron === undefined
      ? { intervalSeconds: intervalSeconds!, ...(anchor === undefined ? {} : { anchor }) }
      : { cron, ...(timeZone === undefined ? {} : { timeZone }) };
  instantsOf(schedule);
  return schedule;
}

const invalid = (field: string, message: string): InvalidDeploymentError =>
  new InvalidDeploymentError(`${field}: ${message}`, [{ field, message }]);
