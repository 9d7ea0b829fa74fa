import { ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** One of some values, or several of which any will do. */
export type OneOrMore<T extends string> = T | readonly T[];

/** The rule's name: where all values are texts, as in a query, several stand with commas between. */
export const ONE_OR_MORE = 'isOneOrMore';

/** Takes one of a few values, or a list of some of them. */
export function IsOneOrMore(values: readonly string[]): PropertyDecorator {
  const isOne = (value: unknown): boolean => typeof value === 'string' && values.includes(value);
  const rule = ValidateBy({
    name: ONE_OR_MORE,
    validator: {
      validate: (value: unknown) =>
        isOne(value) ||
        (Array.isArray(value) && value.length > 0 && value.length <= values.length && value.every(isOne)),
      defaultMessage: () => `$property must be one of ${values.join(', ')}, or several of them`,
    },
  });
  const one = { type: 'string' as const, enum: [...values] };
  const schema = JSONSchema({
    anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: values.length }],
  });
  return (target, property) => {
    rule(target, property);
    schema(target, property as string);
  };
}
