import { InvalidArgumentError, Option } from 'commander';
import { type JsonSchema, kindOf, resolveRef } from './json-schema.js';
import { placeholder, readValue } from './read-value.js';

/** Options that a command has of its own; a parameter of the same name is given by --param. */
export type Reserved = ReadonlySet<string>;

/** Makes an option for each field of an input: `fetchDetails` becomes `--fetch-details` and `--no-fetch-details`. */
export function schemaOptions(document: JsonSchema, reserved: Reserved): Option[] {
  const needed = new Set(document.required);
  return Object.entries(document.properties ?? {}).flatMap(([name, field]) => {
    const flag = kebab(name);
    if (reserved.has(flag)) return [];
    const schema = resolveRef(field, document);
    return optionsOf(flag, schema, describe(schema, needed.has(name)));
  });
}

/** Gives the flag of a field. */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** Gives the values under their fields' names, the ones that were typed only. */
export function namedValues(
  document: JsonSchema,
  typed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.keys(document.properties ?? {})
    .map((name) => [name, typed[camel(kebab(name))]] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function optionsOf(flag: string, schema: JsonSchema, description: string): Option[] {
  const kind = kindOf(schema);
  if (kind === 'boolean') {
    const on = new Option(`--${flag}`, description);
    const off = new Option(`--no-${flag}`, `switch ${flag} off ${description}`.trimEnd());
    // Both work; the help shows the one that changes something.
    return schema.default === true ? [on.hideHelp(), off] : [on, off.hideHelp()];
  }
  const option = new Option(`--${flag} <${placeholder(kind)}>`, description);
  option.argParser((text: string, before: unknown) => {
    try {
      const value = readValue(text, schema);
      return kind === 'list' && Array.isArray(before)
        ? [...(before as unknown[]), ...(value as unknown[])]
        : value;
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  });
  return [option];
}

function describe(schema: JsonSchema, needed: boolean): string {
  const choices = schema.enum ?? schema.items?.enum;
  const notes = [
    needed ? 'needed' : '',
    choices === undefined ? '' : `one of ${choices.join(', ')}`,
    range(schema),
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ].filter((note) => note !== '');
  const text = schema.description ?? '';
  return notes.length === 0 ? text : `${text}${text === '' ? '' : ' '}(${notes.join('; ')})`;
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? '' : `at most ${maximum}`;
}

// Commander's own way from a flag to the name of its value.
function camel(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
