/** A type that only its own constructor may make, so that an id of one kind never passes for another. */
type Brand<T, Name extends string> = T & { readonly __brand: Name };

export type FlowRunId = Brand<string, 'FlowRunId'>;
export type TaskRunId = Brand<string, 'TaskRunId'>;
/** A message's sequence in its stream, from 1; 0 stands before the first. */
export type StreamSeq = Brand<number, 'StreamSeq'>;
/** Milliseconds, as a duration or since the epoch of Unix. */
export type Millis = Brand<number, 'Millis'>;

/** Ids stand in subjects, so they hold nothing that a subject gives a meaning to. */
const ID = /^[A-Za-z0-9_-]{1,128}$/;

export const isId = (text: string): boolean => ID.test(text);
export const flowRunId = (text: string): FlowRunId => checked(text, 'run id') as FlowRunId;
export const taskRunId = (text: string): TaskRunId => checked(text, 'task run id') as TaskRunId;
export const streamSeq = (value: number): StreamSeq => value as StreamSeq;
export const millis = (value: number): Millis => value as Millis;

function checked(text: string, what: string): string {
  if (!isId(text))
    throw new TypeError(`${what} ${JSON.stringify(text)}: expected 1 to 128 letters, digits, - or _`);
  return text;
}
