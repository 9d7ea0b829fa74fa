import { Option } from 'commander';
import type { RunEnd, Trigger, WebhookScheme } from '#libs/deployments';
import { closest } from '../parameters/closest.js';
import { UsageError } from '../terminal/cli-error.js';
import { replacing } from './list-options.js';

/** What starts a deployment beside its schedule, as it is typed. */
export interface TriggerOptions {
  readonly onEvent?: readonly string[];
  readonly onRun?: readonly string[];
  readonly onWebhook?: readonly string[];
}

const ENDS: readonly RunEnd[] = ['completed', 'failed', 'cancelled'];
const SCHEMES: readonly WebhookScheme[] = ['standard', 'github'];

/** Filters and parameters out of the event are for a file: docs/guides/triggers.md. */
export const triggerOptions = (): readonly Option[] => [
  replacing('--on-event <topic>', 'run at events of this type, such as order.created or order.*'),
  replacing('--on-run <flow[:ends]>', 'run when a run of it has ended: completed, unless :failed,cancelled'),
  replacing('--on-webhook <name[:scheme]>', 'run at signed requests; the scheme is standard, or github'),
];

/** Makes triggers of what was typed; undefined where nothing was. Throws UsageError. */
export function readTriggerOptions({
  onEvent,
  onRun,
  onWebhook,
}: TriggerOptions): readonly Trigger[] | undefined {
  if (!onEvent && !onRun && !onWebhook) return undefined;
  return [
    ...(onEvent ?? []).map((event): Trigger => ({ event })),
    ...(onRun ?? []).map(readRun),
    ...(onWebhook ?? []).map(readWebhook),
  ];
}

function readRun(text: string): Trigger {
  const [run, ends] = split(text);
  if (ends === undefined) return { run };
  return { run, on: ends.split(',').map((end) => choiceOf('--on-run', text, end, ENDS)) };
}

function readWebhook(text: string): Trigger {
  const [webhook, scheme] = split(text);
  if (scheme === undefined) return { webhook };
  return { webhook, scheme: choiceOf('--on-webhook', text, scheme, SCHEMES) };
}

function split(text: string): [head: string, tail: string | undefined] {
  const at = text.indexOf(':');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function choiceOf<T extends string>(option: string, text: string, said: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === said);
  if (found !== undefined) return found;
  const meant = closest(said, choices);
  throw new UsageError(
    `${option} ${text}: expected ${choices.join(', ')} behind the colon, not ${JSON.stringify(said)}`,
    meant === undefined ? undefined : `did you mean ${meant}?`,
  );
}
