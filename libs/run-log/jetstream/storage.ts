import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

/** What the broker keeps on disk for us, in bytes. */
export interface LogStorage {
  readonly bytes: number;
  /** Absent where the account has none; the server's own limit is not told to its clients. */
  readonly limit?: number;
}

interface Usage {
  readonly storage: number;
  readonly limits?: { readonly max_storage?: number };
}

/** Where limits depend on the number of copies, each number has a tier of its own. */
interface AccountAnswer extends Usage {
  readonly tiers?: Readonly<Record<string, Usage>>;
  readonly error?: BrokerRefusal;
}

export async function storageOf(publisher: Publisher): Promise<LogStorage> {
  const answer = await publisher.ask<AccountAnswer>('$JS.API.INFO', {}, 'asking about the storage');
  if (answer.error) throw refused(answer.error);
  const limited = [answer, ...Object.values(answer.tiers ?? {})].flatMap(({ storage, limits }) =>
    (limits?.max_storage ?? 0) > 0 ? [{ bytes: storage, limit: limits?.max_storage ?? 0 }] : [],
  );
  // The one that is full first refuses.
  const fullest = limited.toSorted((a, b) => b.bytes / b.limit - a.bytes / a.limit)[0];
  return fullest ?? { bytes: answer.storage };
}
