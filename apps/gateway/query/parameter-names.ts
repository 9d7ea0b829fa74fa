import type { FieldError } from '#libs/run-log';

/**
 * Fields of contracts that have another name in a query. Contracts call the filter by user `user`, for whoever runs
 * an operation fills an input field `userId` with the caller's own id; here a person is a `userId` everywhere.
 */
const PARAMETERS: ReadonlyMap<string, string> = new Map([['user', 'userId']]);

/** Gives the name by which a query knows a field. */
export const parameterOf = (field: string): string => PARAMETERS.get(field) ?? field;

/** Speaks of a field as the query does. */
export function asParameter(error: FieldError): FieldError {
  const field = parameterOf(error.field);
  if (field === error.field) return error;
  const { message } = error;
  const renamed = message.startsWith(`${error.field} `) ? field + message.slice(error.field.length) : message;
  return { ...error, field, message: renamed };
}
