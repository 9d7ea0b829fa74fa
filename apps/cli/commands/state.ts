import type { Command } from 'commander';
import type { Page } from '../gateway/gateway-client.js';
import type { State } from '../gateway/resources.js';
import { readJsonOrText } from '../parameters/json-or-text.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import { examples } from './list-options.js';

export function addStateCommands(program: Command, session: Session): void {
  const state = program
    .command('state')
    .description('Look at what flows keep over their runs, such as how far they have come, and change it');

  examples(
    state
      .command('list')
      .alias('ls')
      .description('List what a flow keeps')
      .argument('<flow>', 'name or alias of the flow')
      .action(async (flow: string, _options: unknown, command: Command) => {
        const page = await (await session.gateway(command)).get<Page<State>>(statePath(flow));
        session.answer(command, page, () => drawStates(flow, page.items, session));
      }),
    'state list scrape_jobs',
  );

  examples(
    state
      .command('get')
      .description('Show one value that a flow keeps')
      .argument('<flow>', 'name or alias of the flow')
      .argument('<name>', 'name of the value')
      .action(async (flow: string, name: string, _options: unknown, command: Command) => {
        const found = await (await session.gateway(command)).get<State>(statePath(flow, name));
        session.answer(command, found, () => resultLines(found.value));
      }),
    'state get scrape_jobs watermark',
  );

  examples(
    state
      .command('set')
      .description('Set a value; the next run of the flow begins with it')
      .argument('<flow>', 'name or alias of the flow')
      .argument('<name>', 'name of the value')
      .argument('<value>', 'JSON or plain text, @file, or - for standard input')
      .action(async (flow: string, name: string, typed: string, _options: unknown, command: Command) => {
        const value = await readJsonOrText('the value', typed, session.terminal);
        const set = await (await session.gateway(command)).put<State>(statePath(flow, name), { value });
        session.answer(command, set, () => `${flow} keeps ${name}: ${resultLines(set.value)}`);
      }),
    'state set scrape_jobs watermark 2026-11-21T09:00:00Z',
    `state set scrape_jobs limits '{"a": 5}'`,
  );

  examples(
    state
      .command('reset')
      .description('Forget a value; the next run of the flow begins with its own initial one')
      .argument('<flow>', 'name or alias of the flow')
      .argument('<name>', 'name of the value')
      .action(async (flow: string, name: string, _options: unknown, command: Command) => {
        const reset = await (await session.gateway(command)).delete<State>(statePath(flow, name));
        session.answer(command, reset, () => `${flow} has forgotten ${name}.`);
      }),
    'state reset scrape_jobs watermark',
  );
}

function statePath(flow: string, name?: string): string {
  const path = `/workflows/${encodeURIComponent(flow)}/state`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

function drawStates(flow: string, states: readonly State[], { terminal }: Session): string {
  if (states.length === 0) return `${flow} keeps nothing.`;
  return table(
    [
      { head: 'NAME', value: ({ name }) => name },
      { head: 'VALUE', value: ({ value }) => oneLine(JSON.stringify(value)), shrink: true, max: 80 },
      { head: 'KEPT', value: ({ keptAt }) => instant(keptAt) },
      { head: 'BY', value: ({ runId }) => runId ?? 'a person' },
    ],
    states,
    terminal,
  );
}
