import { checkFlowInput, type FlowRegistry } from '#libs/flows';
import { sentenceOf, TerminalError } from '#libs/operations';
import { settledFaults } from '#libs/pipes';
import type { Actor, FieldError } from '#libs/run-log';
import type { DeploymentSpec } from './deployment.js';
import { InvalidDeploymentError } from './errors.js';
import { EVENT } from './triggers/event-expressions.js';

export const MOST_BYTES = 64 * 1024;

/** What decides whether runs of a deployment can begin. */
export type Checked = Pick<DeploymentSpec, 'flow' | 'parameters' | 'flags' | 'schedule' | 'triggers'>;
type Parameters = DeploymentSpec['parameters'];

/**
 * Checks parameters by the input class of their flow, as each way to begin a run would: what a schedule lacks is an
 * error, what all triggers bring is none. Throws TerminalError.
 */
export async function checkParameters(registry: FlowRegistry, spec: Checked, owner: Actor): Promise<void> {
  const { flow, parameters, schedule, triggers } = spec;
  const bytes = Buffer.byteLength(JSON.stringify([parameters, ...triggers.map((each) => each.parameters)]));
  if (bytes > MOST_BYTES)
    throw new InvalidDeploymentError(`the parameters have ${bytes} bytes, expected ${MOST_BYTES} at most`, [
      { field: 'parameters', message: `expected ${MOST_BYTES} bytes at most` },
    ]);
  const byTheirOwn = schedule !== undefined || triggers.length === 0;
  const found = [
    ...(byTheirOwn ? await faultsOf(registry, spec, owner) : []),
    ...(await Promise.all(triggers.map((_, place) => triggerFaults(registry, spec, place, owner)))).flat(),
  ];
  const fields = [...new Map(found.map((fault) => [fault.field, fault])).values()];
  if (fields.length > 0)
    throw new TerminalError(
      'flow/invalid-input',
      sentenceOf(`the parameters for flow ${flow}`, fields),
      fields,
    );
}

async function faultsOf(registry: FlowRegistry, spec: Checked, owner: Actor): Promise<FieldError[]> {
  const faults = await refusals(registry, spec, spec.parameters, owner);
  return faults.map((fault) => ({ ...fault, field: under('parameters', fault.field) }));
}

/** What an expression stands for is seen to when the event has come. */
async function triggerFaults(
  registry: FlowRegistry,
  spec: Checked,
  place: number,
  owner: Actor,
): Promise<FieldError[]> {
  const own = spec.triggers[place]?.parameters ?? {};
  const faults = await refusals(registry, spec, { ...spec.parameters, ...own }, owner);
  const { input } = registry.get(spec.flow).contract;
  return settledFaults(faults, own, input, EVENT).map((fault) => {
    const top = /^[^.[]*/.exec(fault.field)![0];
    const isShared = Object.hasOwn(spec.parameters, top) && !Object.hasOwn(own, top);
    return { ...fault, field: under(isShared ? 'parameters' : `triggers[${place}].parameters`, fault.field) };
  });
}

async function refusals(
  registry: FlowRegistry,
  { flow, flags }: Checked,
  input: Parameters,
  actor: Actor,
): Promise<readonly FieldError[]> {
  const { contract } = registry.get(flow);
  try {
    await checkFlowInput(contract, { input, flags, actor });
    return [];
  } catch (error) {
    if (!(error instanceof TerminalError) || error.code !== 'flow/invalid-input') throw error;
    return error.fields?.length ? error.fields : [{ field: '', message: error.message }];
  }
}

const under = (head: string, field: string): string =>
  field === '' ? head : field.startsWith('[') ? `${head}${field}` : `${head}.${field}`;
