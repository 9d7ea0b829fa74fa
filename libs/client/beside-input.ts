import type { RunFlags } from '#libs/run-log';
import type { Query } from './http-client.js';

/** Puts what goes beside an input into the query of a request. */
export function queryOf({
  flags = {},
  tags = [],
}: {
  readonly flags?: RunFlags | undefined;
  readonly tags?: readonly string[] | undefined;
}): Query {
  const { dryRun, testMode, verbose } = flags;
  return { dryRun, testMode, verbose, ...(tags.length === 0 ? {} : { tag: tags }) };
}

/** Puts an idempotency key into the headers of a request. */
export function keyHeader(idempotencyKey: string | undefined): Readonly<Record<string, string>> {
  return idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
}
