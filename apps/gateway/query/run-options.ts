import type { IncomingHttpHeaders } from 'node:http';
import { IsArray, IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { RunFlags } from '#libs/run-log';
import { BadHeaderError } from '../problems/errors.js';

const TAG = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

/** How an execution is asked to behave. */
export class RunOptionsQuery {
  /** Write nothing and call nobody outside. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  /** Use fixtures, and mark what is made as test data. */
  @IsOptional()
  @IsBoolean()
  testMode?: boolean;

  /** Keep log lines in the record. */
  @IsOptional()
  @IsBoolean()
  verbose?: boolean;

  /** Labels of the record; may stand there several times. */
  @IsOptional()
  @IsArray()
  @Matches(TAG, { each: true, message: 'expected at most 100 letters, digits or . _ : / -' })
  tag?: string[];
}

/** The longest time that a start waits for the end of its run, in seconds. */
export const LONGEST_WAIT = 60;

export class StartQuery extends RunOptionsQuery {
  /** Seconds to wait for the end of the run. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_WAIT)
  wait?: number;
}

const HEADERS = { dryRun: 'X-Dry-Run', testMode: 'X-Test-Mode', verbose: 'X-Verbose' } as const;

/** Takes the flags out of query and headers; the query counts where both speak. Only what was said stands in them. */
export function flagsOf(query: RunOptionsQuery, headers: IncomingHttpHeaders): RunFlags {
  const flags: Record<string, boolean> = {};
  for (const [flag, header] of Object.entries(HEADERS)) {
    const said = query[flag as keyof typeof HEADERS] ?? booleanHeader(headers, header);
    if (said !== undefined) flags[flag] = said;
  }
  return flags;
}

function booleanHeader(headers: IncomingHttpHeaders, name: string): boolean | undefined {
  const value = headers[name.toLowerCase()];
  if (value === undefined) return undefined;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new BadHeaderError(name, value, 'expected true or false');
}
