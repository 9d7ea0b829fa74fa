import { ValidateBy, type ValidationArguments } from 'class-validator';
import { closest } from '#libs/closest-name';
import { checkInput } from './check-input.js';
import { checkSteps } from './check-steps.js';
import { isExpression } from './expression.js';
import type { Contracts, PipeStep } from './pipe.js';
import { STEPS } from './steps-root.js';

/** The operation of a step is one of those that there are. */
export const KnownOperation = (contracts: Contracts): PropertyDecorator =>
  saying('isKnownOperation', ({ value }) => {
    if (typeof value !== 'string' || contracts.has(value)) return '';
    const meant = closest(value, [...contracts.keys()]);
    const there = meant === undefined ? [...contracts.keys()].join(', ') : `did you mean ${meant}?`;
    return `there is no operation ${JSON.stringify(value)}; ${there}`;
  });

/** The value is one expression and nothing else. */
export const IsExpression = (): PropertyDecorator =>
  saying('isExpression', ({ value, property }) =>
    isExpression(value, STEPS) ? '' : `${property} must be one expression, such as \${{ steps.search.ids }}`,
  );

/** The input of a step is one that its operation takes, as far as no expression stands in it. */
export const FitsOperation = (contracts: Contracts): PropertyDecorator =>
  saying('fitsOperation', ({ value, object }) => {
    const contract = contracts.get((object as Partial<PipeStep>).use ?? '');
    return contract && isObject(value) ? checkInput(contract, value) : '';
  });

/** Ids are unique, and each expression names something that an earlier step gives. */
export const HangsTogether = (contracts: Contracts): PropertyDecorator =>
  saying('hangsTogether', ({ value }) => (Array.isArray(value) ? checkSteps(value, contracts) : ''));

/** Makes a rule of a function that gives what is wrong, or an empty text. */
function saying(
  name: string,
  judge: (args: ValidationArguments) => string | Promise<string>,
): PropertyDecorator {
  // The validator asks for the sentence right after the verdict on the same object.
  const said = new WeakMap<object, string>();
  return ValidateBy({
    name,
    validator: {
      validate: async (_value, args) => {
        if (!args) return true;
        const wrong = await judge(args);
        said.set(args.object, wrong);
        return wrong === '';
      },
      defaultMessage: (args) => (args && said.get(args.object)) ?? 'not as expected',
    },
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
