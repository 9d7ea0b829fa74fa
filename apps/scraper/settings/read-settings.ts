import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import { validateSync } from 'class-validator';
import { SettingError } from './setting-error.js';

/**
 * Fills a settings class from environment variables and checks it with class-validator. `names` maps each field to
 * its variable; empty and missing variables leave the field's default. Throws SettingError on the first bad one.
 */
export function readSettings<S extends object>(
  Settings: new () => S,
  env: NodeJS.ProcessEnv,
  names: Readonly<Record<keyof S & string, string>>,
): S {
  const given: Record<string, string> = {};
  for (const [field, variable] of Object.entries<string>(names)) {
    const value = env[variable]?.trim();
    if (value) given[field] = value;
  }
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const bad = validateSync(settings)[0];
  if (bad) {
    const field = bad.property as keyof S & string;
    const said = Object.values(bad.constraints ?? {})[0] ?? 'another value';
    throw new SettingError(names[field], given[field] ?? bad.value, said.replace(/^.*? must be /, ''));
  }
  return settings;
}

/** Reads a field's text as a number. */
export const AsNumber = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? Number(value) : value));

/** Reads a field's text as yes or no; other words are left for the validator to refuse. */
export const AsSwitch = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => {
    if (typeof value !== 'string') return value;
    if (/^(true|yes|on|1)$/i.test(value)) return true;
    return /^(false|no|off|0)$/i.test(value) ? false : value;
  });

/** Reads a field's text as a comma-separated list. */
export const AsList = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((item) => item.trim())
          .filter(Boolean)
      : value,
  );
