import type { Command } from 'commander';
import type { FlowEntry, OperationEntry } from '../gateway/resources.js';
import { type JsonSchema, kindOf, resolveRef } from '../parameters/json-schema.js';
import { kebab } from '../parameters/schema-options.js';
import type { Session } from '../session.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { examples } from './list-options.js';
import { getNamed } from './suggest.js';

/** Adds the command that describes one flow. */
export function addInspectFlowCommand(flow: Command, session: Session): void {
  examples(
    flow
      .command('inspect')
      .description('Describe one flow and its parameters')
      .argument('<flow>', 'name or alias of the flow')
      .action(async (name: string, _options: unknown, command: Command) => {
        const entry = await getNamed<FlowEntry>(await session.gateway(command), 'flow', name);
        session.answer(command, entry, () => drawFlow(entry, session));
      }),
    'flow inspect scrape_jobs',
  );
}

/** Adds the command that describes one operation. */
export function addInspectOperationCommand(operation: Command, session: Session): void {
  examples(
    operation
      .command('inspect')
      .description('Describe one operation, what it takes and what it gives')
      .argument('<operation>', 'name of the operation')
      .action(async (name: string, _options: unknown, command: Command) => {
        const entry = await getNamed<OperationEntry>(await session.gateway(command), 'operation', name);
        session.answer(command, entry, () => drawOperation(entry, session));
      }),
    'operation inspect match_job',
  );
}

function drawFlow(entry: FlowEntry, session: Session): string {
  const { name, version, description, aliases, tags, inputSchema } = entry;
  return [
    facts(
      [
        ['flow', name],
        ['also called', aliases.join(', ') || undefined],
        ['about', oneLine(description)],
        ['version', version],
        ['tags', tags.join(', ') || undefined],
      ],
      session.terminal,
    ),
    ...fieldLines('parameters', inputSchema, session, (field) => `--${kebab(field)}`),
  ].join('\n');
}

function drawOperation(entry: OperationEntry, session: Session): string {
  const { name, service, category, stage, description, version, tags, permissions = [] } = entry;
  return [
    facts(
      [
        ['operation', name],
        ['about', oneLine(description)],
        ['service', service],
        ['category', `${category}, ${stage}`],
        ['version', String(version)],
        ['tags', tags.join(', ') || undefined],
        ['needs', permissions.join(', ') || undefined],
      ],
      session.terminal,
    ),
    ...fieldLines('takes', entry.inputSchema, session),
    ...fieldLines('gives', entry.outputSchema ?? {}, session),
  ].join('\n');
}

function fieldLines(
  title: string,
  schema: JsonSchema,
  { terminal }: Session,
  named: (field: string) => string = (field) => field,
): string[] {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return [];
  const needed = new Set(schema.required);
  const rows = fields.map(([name, field]) => ({ name, field: resolveRef(field, schema) }));
  const drawn = table(
    [
      { head: title.toUpperCase(), value: ({ name }) => named(name) },
      { head: 'TYPE', value: ({ field }) => typeOf(field), shrink: true, max: 60 },
      { head: 'NEEDED', value: ({ name }) => (needed.has(name) ? 'yes' : '') },
      {
        head: 'DEFAULT',
        value: ({ field }) => (field.default === undefined ? '' : JSON.stringify(field.default)),
        shrink: true,
        max: 30,
      },
    ],
    rows,
    terminal,
  );
  return ['', drawn];
}

function typeOf(field: JsonSchema): string {
  const choices = field.enum ?? field.items?.enum;
  const kind = kindOf(field);
  if (choices !== undefined) return `${kind === 'list' ? 'list of ' : ''}${choices.join(' | ')}`;
  return kind === 'list' && field.items ? `list of ${kindOf(field.items)}` : kind;
}
