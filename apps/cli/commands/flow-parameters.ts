import { Command, Option } from 'commander';
import type { FlowEntry } from '../gateway/resources.js';
import { readKeyValues } from '../parameters/key-values.js';
import { readObjectFile } from '../parameters/read-document.js';
import { namedValues, schemaOptions } from '../parameters/schema-options.js';
import type { Session } from '../session.js';
import { safeLines } from '../terminal/plain-text.js';
import { repeated } from './list-options.js';

/** The ways to give parameters beside the options that are made of a flow's own. */
export interface ParameterOptions {
  readonly param?: readonly string[];
  readonly params?: string;
}

/** Adds `--param` and `--params` to a command whose parameters depend on the flow that is named. */
export function addParameterOptions(command: Command): Command {
  return command
    .argument('[parameters...]', "options made from the flow's parameters, such as --limit 5")
    .allowUnknownOption()
    .helpOption(false)
    .addOption(new Option('--param <key=value>', 'a parameter; may be repeated').argParser(repeated))
    .option('--params <file>', 'JSON file with parameters, - for standard input');
}

/**
 * Reads the parameters of a flow: those of a file, those given by --param, and those given by options of their own,
 * of which the last win. `title` stands in the help, which `--help` in place of a parameter shows.
 */
export async function readFlowParameters(
  session: Session,
  entry: Pick<FlowEntry, 'name' | 'description' | 'inputSchema'>,
  rest: readonly string[],
  options: ParameterOptions,
  command: Command,
  title: string,
): Promise<Record<string, unknown>> {
  const parser = parserFor(entry, command, title);
  parser.parse([...rest], { from: 'user' });
  return {
    ...(options.params === undefined
      ? {}
      : await readObjectFile('--params', options.params, session.terminal)),
    ...readKeyValues(options.param ?? [], entry.inputSchema),
    ...namedValues(entry.inputSchema, parser.opts()),
  };
}

// The flow's own options, parsed where the first pass left what it did not know.
function parserFor(
  entry: Pick<FlowEntry, 'description' | 'inputSchema'>,
  command: Command,
  title: string,
): Command {
  const own = command.options.map(nameOf);
  const global = command.parent?.parent?.options.map(nameOf) ?? [];
  const parser = new Command(`jobhunter ${title}`)
    .copyInheritedSettings(command)
    .helpOption('-h, --help', 'show the parameters of this flow')
    .description(safeLines(entry.description))
    .allowExcessArguments(false);
  for (const option of schemaOptions(entry.inputSchema, new Set([...own, ...global, 'help'])))
    parser.addOption(option);
  for (const option of command.options) parser.addOption(option);
  return parser;
}

const nameOf = ({ long }: Option): string => (long ?? '').replace(/^--(no-)?/, '');
