import { ValidateBy } from 'class-validator';
import type { ValidationArguments, ValidationOptions } from 'class-validator';

/** The database takes 100 levels in a document. */
const DEEPEST = 50;
/** Where the database's driver looks for types of its own. */
const RESERVED_KEY = '_bsontype';

/** Takes plain JSON that a document can hold: not nested too deep, and no key that the database refuses. */
export const IsStorable = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isStorable',
      validator: {
        validate: (value: unknown) => flawOf(value) === null,
        defaultMessage: (args?: ValidationArguments) => `$property ${flawOf(args?.value) ?? 'is refused'}`,
      },
    },
    options,
  );

function flawOf(value: unknown, depth = 1): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEEPEST) return `must be nested at most ${DEEPEST} levels deep`;
  for (const [key, held] of Object.entries(value)) {
    if (key.includes('\0')) return 'must have no key with a NUL character';
    if (key === RESERVED_KEY) return `must have no key ${RESERVED_KEY}`;
    const flaw = flawOf(held, depth + 1);
    if (flaw) return flaw;
  }
  return null;
}
