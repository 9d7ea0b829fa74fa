import type { RunFlags } from '#libs/run-log';
import type { DtoClass } from './contract.js';
import { fieldsOf } from './dto-shape.js';

const FLAGS = ['dryRun', 'testMode', 'verbose'] as const satisfies readonly (keyof RunFlags)[];

/**
 * Makes flags and input say the same. A flag may be said beside the input or, where the DTO has a field of its name,
 * inside it; said in either place it holds in both, so that nothing below takes half of a dry run for real.
 */
export function agreeOnFlags<I>(
  dto: DtoClass,
  input: I,
  flags: RunFlags,
): { readonly input: I; readonly flags: RunFlags } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { input, flags };
  const fields = fieldsOf(dto);
  const said = { ...(input as Record<string, unknown>) };
  const agreed: Record<string, boolean | undefined> = { ...flags };
  let changed = false;
  for (const flag of FLAGS) {
    if (!fields.has(flag)) continue;
    if (said[flag] === true && !agreed[flag]) agreed[flag] = changed = true;
    else if (agreed[flag] && (said[flag] === undefined || said[flag] === false)) said[flag] = changed = true;
  }
  return changed ? { input: said as I, flags: agreed } : { input, flags };
}
