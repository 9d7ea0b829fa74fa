import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { MATCH_PARTS, STANDARD_WEIGHTS } from '#libs/contracts';
import type { MatchWeights } from '#libs/contracts';

const MOST = 100;
const ENTRY = /^([a-z]+)\s*=\s*(\d+(?:\.\d+)?)$/;

/** Reads `skills=5, title=2`; parts that are left out count as they usually do. Null where it makes no sense. */
export function matchWeightsIn(text: string): MatchWeights | null {
  const weights: Record<string, number> = { ...STANDARD_WEIGHTS };
  for (const entry of text.split(',')) {
    const [, part = '', weight] = ENTRY.exec(entry.trim()) ?? [];
    if (!MATCH_PARTS.some((known) => known === part) || Number(weight) > MOST) return null;
    weights[part] = Number(weight);
  }
  const some = Object.values(weights).some((weight) => weight > 0);
  return some ? (weights as Record<keyof MatchWeights, number>) : null;
}

/** Reads a field's text as weights of the parts of a match. */
export const AsMatchWeights = (): PropertyDecorator => (target, property) => {
  const expected = `parts with weights from 0 to ${MOST}, not all of them 0, such as skills=5,title=2; the parts are ${MATCH_PARTS.join(', ')}`;
  for (const decorate of [
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (matchWeightsIn(value) ?? value) : value,
    ),
    ValidateBy({
      name: 'isMatchWeights',
      validator: {
        validate: (value: unknown) => typeof value === 'object' && value !== null,
        defaultMessage: () => `$property must be ${expected}`,
      },
    }),
  ])
    decorate(target, property);
};
