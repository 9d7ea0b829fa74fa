import { closest } from '#libs/closest-name';
import type { FlowRegistry } from '#libs/flows';
import type { FieldError } from '#libs/run-log';
import type { DeploymentSpec } from '../deployment.js';
import type { EventTrigger, RunTrigger, Trigger, WebhookTrigger } from '../trigger.js';
import { expressionFaults } from './event-expressions.js';
import { isTopic, ownType } from './topic.js';
import type { TriggerBody } from './trigger-body.js';
import { whereFaults } from './where.js';

const KINDS = ['event', 'run', 'webhook'] as const;
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** What triggers are checked against. */
export interface Surroundings extends Pick<DeploymentSpec, 'flow' | 'name'> {
  readonly registry: FlowRegistry;
}

/** Checks triggers as they are written, and gives them as they are kept. */
export function checkTriggers(
  said: readonly TriggerBody[],
  surroundings: Surroundings,
): { readonly triggers: readonly Trigger[]; readonly faults: readonly FieldError[] } {
  const faults: FieldError[] = [];
  const triggers = said.map((body, place) => checked(body, `triggers[${place}]`, surroundings, faults));
  return { triggers: triggers.filter((trigger) => trigger !== undefined), faults };
}

function checked(
  body: TriggerBody,
  field: string,
  surroundings: Surroundings,
  faults: FieldError[],
): Trigger | undefined {
  const kinds = KINDS.filter((kind) => body[kind] !== undefined);
  if (kinds.length !== 1) {
    const but = kinds.length === 0 ? '' : `, not ${kinds.join(' and ')} together`;
    faults.push({ field, message: `expected one of ${KINDS.join(', ')}${but}` });
    return undefined;
  }
  const { event, run, on, webhook, scheme, where, parameters } = body;
  const note = (part: string, value: unknown, message: string): void =>
    void faults.push({ field: `${field}.${part}`, value, message });
  if (on !== undefined && run === undefined) note('on', on, 'goes with run only');
  if (scheme !== undefined && webhook === undefined) note('scheme', scheme, 'goes with webhook only');
  if (where) faults.push(...whereFaults(where, `${field}.where`));
  if (parameters) faults.push(...expressionFaults(parameters, `${field}.parameters`));
  const common = { ...(where ? { where } : {}), ...(parameters ? { parameters } : {}) };
  if (event !== undefined) {
    const fault = eventFault(event);
    if (fault) note('event', event, fault);
    return { event, ...common } satisfies EventTrigger;
  }
  if (run !== undefined) {
    const { named, fault } = runOf(run, surroundings);
    if (fault) note('run', run, fault);
    return { run: named, ...(on ? { on: [...on] } : {}), ...common } satisfies RunTrigger;
  }
  return { webhook: webhook!, ...(scheme ? { scheme } : {}), ...common } satisfies WebhookTrigger;
}

function eventFault(event: string): string | undefined {
  if (!isTopic(event))
    return 'expected words of letters, digits, - and _ with dots between them, such as order.created; * stands for one word, > at the end for one or more';
  switch (ownType(event)) {
    case 'run':
      return 'ends of runs are no events that are said: expected a trigger with run in place of event';
    case 'webhook':
      return 'signed requests are no events that are said: expected a trigger with webhook in place of event';
    case undefined:
      return undefined;
  }
}

/** Reads `flow` or `flow/name`, and gives it with the flow's own name. */
function runOf(
  run: string,
  { flow: own, name: ownName, registry }: Surroundings,
): { readonly named: string; readonly fault?: string } {
  const slash = run.indexOf('/');
  const flow = slash < 0 ? run : run.slice(0, slash);
  const name = slash < 0 ? undefined : run.slice(slash + 1);
  if (!registry.knows(flow)) {
    const known = registry.list().map(({ contract }) => contract.name);
    const meant = closest(flow, known);
    const hint = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
    return { named: run, fault: `flow ${JSON.stringify(flow)} is not known; ${hint}` };
  }
  const kept = registry.ownName(flow);
  const named = name === undefined ? kept : `${kept}/${name}`;
  if (name !== undefined && !NAME.test(name))
    return { named, fault: 'expected a flow, or one of its deployments as flow/name' };
  if (kept === own && (name === undefined || name === ownName))
    return { named, fault: `${own}/${ownName} would start itself again whenever a run of it ends` };
  return { named };
}
