import type { StreamSeq } from './ids.js';

/** Where a message lies. A changed epoch means that the stream was restored or made anew. */
export interface Position {
  readonly stream: string;
  readonly epoch: string;
  readonly seq: StreamSeq;
}
