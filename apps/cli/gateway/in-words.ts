import * as client from '#libs/client';
import {
  ForeignServerError,
  MovedServerError,
  ProblemError,
  ServerUnreachableError,
  SlowAnswerError,
} from './errors.js';

/** Puts what a request comes to grief by into the words of this program, with a hint of what to do. */
export async function inWords<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw said(error);
  }
}

function said(error: unknown): unknown {
  if (error instanceof client.ProblemError) return new ProblemError(error.problem);
  if (error instanceof client.SlowGatewayError) return new SlowAnswerError(error.url, { cause: error });
  if (error instanceof client.GatewayUnreachableError)
    return new ServerUnreachableError(error.url, error.reason, { cause: error });
  if (error instanceof client.ForeignServerError) return new ForeignServerError(error.url, error.status);
  if (error instanceof client.MovedServerError) return new MovedServerError(error.message, { cause: error });
  return error;
}
