import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

const RANGE = /^(\d(?:\.\d+)?)\s*-\s*(\d(?:\.\d+)?)$/;

/** Reads a field's text, `0.2-0.7`, as a low and a high end between 0 and 1. */
export const AsRange = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    Transform(({ value }: { value: unknown }) => {
      const [, low, high] = typeof value === 'string' ? (RANGE.exec(value) ?? []) : [];
      return low === undefined ? value : { low: Number(low), high: Number(high) };
    }),
    ValidateBy({
      name: 'isSimilarityRange',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          'low' in value &&
          'high' in value &&
          Number(value.low) < Number(value.high) &&
          Number(value.high) <= 1,
        defaultMessage: () =>
          '$property must be two numbers from 0 to 1, the lower one first, such as 0.2-0.7',
      },
    }),
  ])
    decorate(target, property);
};
