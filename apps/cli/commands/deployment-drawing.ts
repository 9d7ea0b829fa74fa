import type { DeploymentEntry, FiringEntry, PlannedChange } from '../gateway/resources.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { count, instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { keyOf } from './deployment-ref.js';
import { firesLine, scheduleLine, triggerLine } from './trigger-drawing.js';

/** Says in a word how it stands. */
function stateOf({ paused, problem, active, queued }: DeploymentEntry): string {
  if (problem) return 'broken';
  if (paused) return 'paused';
  if (active.length === 0) return 'ready';
  return `${active.length} running${queued > 0 ? `, ${queued} queued` : ''}`;
}

export function drawDeployments(items: readonly DeploymentEntry[], { terminal }: Session): string {
  if (items.length === 0)
    return 'No deployments. Apply a file: jobhunter deploy jobhunter.yml; or: jobhunter deployment create --help';
  return table(
    [
      { head: 'DEPLOYMENT', value: keyOf },
      { head: 'FIRES', value: firesLine, max: 60 },
      { head: 'STATE', value: stateOf },
      { head: 'NEXT', value: ({ next }) => instant(next[0]) },
      { head: 'LAST', value: ({ lastFiring }) => lastLine(lastFiring) },
      { head: 'TAGS', value: ({ tags }) => tags.join(', '), shrink: true },
    ],
    items,
    terminal,
  );
}

const lastLine = (firing: FiringEntry | null): string =>
  firing === null ? '' : `${firing.action} ${instant(firing.at)}`;

/** Shows a deployment of the server at `url`. */
export function drawDeployment(entry: DeploymentEntry, url: string, { terminal }: Session): string {
  const { flags } = entry;
  const flagged = (['dryRun', 'testMode', 'verbose'] as const).filter((flag) => flags[flag]);
  const last = entry.lastFiring;
  return facts(
    [
      ['deployment', keyOf(entry)],
      ['', entry.description && oneLine(entry.description)],
      ['state', stateOf(entry)],
      ['problem', entry.problem && oneLine(entry.problem.message)],
      ['schedule', scheduleLine(entry.schedule)],
      ...entry.triggers.map((trigger, at): [string, string] => [
        at === 0 ? 'triggers' : '',
        triggerLine(trigger),
      ]),
      ['webhooks to', entry.links.hook && `${url.replace(/\/$/, '')}${entry.links.hook}`],
      ['next', entry.next.map((at) => instant(at)).join(', ')],
      ['overlap', `${entry.overlap} beyond ${count(entry.concurrency, 'run')} at once`],
      ['missed', entry.missed],
      ['flags', flagged.join(', ')],
      ['tags', entry.tags.join(', ')],
      ['source', entry.source],
      ['user', entry.userId],
      ['active', entry.active.join(', ')],
      ['queued', entry.queued > 0 ? String(entry.queued) : undefined],
      ['last', last ? [lastLine(last), last.runId, last.reason].filter(Boolean).join(', ') : undefined],
      ['changed', `${instant(entry.updatedAt)} (revision ${entry.revision})`],
      ['parameters', Object.keys(entry.parameters).length > 0 ? resultLines(entry.parameters) : '{}'],
    ],
    terminal,
  );
}

export function drawFirings(firings: readonly FiringEntry[], { terminal }: Session): string {
  if (firings.length === 0) return 'It has not fired yet.';
  return table(
    [
      { head: 'INSTANT', value: (firing) => instant(firing.instant) },
      { head: 'WHAT', value: (firing) => firing.action },
      { head: 'BY', value: (firing) => firing.askedBy ?? firing.event?.type ?? firing.by },
      { head: 'AT', value: (firing) => instant(firing.at) },
      { head: 'RUN', value: (firing) => firing.runId },
      { head: 'WHY', value: (firing) => oneLine(firing.reason ?? ''), shrink: true },
    ],
    firings,
    terminal,
  );
}

const MARKS = { created: '+', updated: '~', removed: '-', unchanged: '=' } as const;
const COLOURS = { created: 'green', updated: 'yellow', removed: 'red', unchanged: 'dim' } as const;

/** Shows what a plan would do, a line for each deployment and one for each field that changes. */
export function drawPlan(changes: readonly PlannedChange[], { terminal }: Session): string {
  const lines = changes
    .filter(({ change }) => change !== 'unchanged')
    .flatMap((planned) => [
      terminal.style(
        COLOURS[planned.change],
        `${MARKS[planned.change]} ${keyOf(planned)}  ${planned.change}`,
      ),
      ...planned.fields.map((field) => `    ${fieldLine(field)}`),
    ]);
  const same = changes.filter(({ change }) => change === 'unchanged').length;
  return [
    ...lines,
    ...(same > 0 ? [terminal.style('dim', `= ${count(same, 'deployment')} unchanged`)] : []),
  ].join('\n');
}

const fieldLine = ({ field, from, to }: PlannedChange['fields'][number]): string =>
  `${oneLine(field)}: ${valueOf(from)} → ${valueOf(to)}`;

function valueOf(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = JSON.stringify(value);
  return oneLine(text.length > 120 ? `${text.slice(0, 119)}…` : text);
}
