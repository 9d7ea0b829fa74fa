import { TerminalError } from '#libs/operations';
import { closest } from '#libs/closest-name';
import { fillTemplate, findReferences, lookUp, type Root } from '#libs/pipes';
import type { FieldError } from '#libs/run-log';
import type { TriggerEvent } from '../trigger.js';
import { EVENT_FIELDS } from './where.js';

/** Expressions in triggers name parts of the event. */
export const EVENT: Root = { word: 'event', form: 'event' };

/** An expression names what the event does not have. */
export class EventExpressionError extends TerminalError {
  constructor(
    readonly expression: string,
    why: string,
  ) {
    super('deployment/bad-expression', `${expression} ${why}`);
  }
}

/** Replaces the expressions in a value by what they name of an event. Throws EventExpressionError. */
export function fillFrom<T>(value: T, event: TriggerEvent): T {
  return fillTemplate(value, {
    root: EVENT,
    valueOf: ({ text, path }) => {
      const found = lookUp(event, path, EVENT.word);
      if ('value' in found) return found.value;
      throw new EventExpressionError(text, `cannot be found: ${found.missing}`);
    },
    refused: (expression, why) => new EventExpressionError(expression, why),
  }) as T;
}

/** Tells what is wrong about the expressions in a value whatever the event, by the fields under `field`. */
export function expressionFaults(value: unknown, field: string): FieldError[] {
  const { found, unreadable } = findReferences(value, EVENT);
  const at = (place: string): string => (place === '' ? field : `${field}.${place}`);
  return [
    ...unreadable.map(({ field: place, error }) => ({
      field: at(place),
      message: `${error.text} ${error.why}`,
    })),
    ...found.flatMap(({ field: place, reference: { text, path } }) => {
      const [top] = path;
      if (top === undefined || (EVENT_FIELDS as readonly (string | number)[]).includes(top)) return [];
      const meant = closest(String(top), EVENT_FIELDS);
      const hint = meant === undefined ? `did you mean event.data.${top}?` : `did you mean event.${meant}?`;
      return [{ field: at(place), message: `${text} names what no event has; ${hint}` }];
    }),
  ];
}
