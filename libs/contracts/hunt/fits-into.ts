import { ValidateBy } from 'class-validator';
import type { ValidationOptions } from 'class-validator';

/** Takes a value that is at most so many bytes long as JSON in UTF-8, which is how it travels. */
export const FitsInto = (bytes: number, options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'fitsInto',
      constraints: [bytes],
      validator: { validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= bytes },
    },
    options,
  );
