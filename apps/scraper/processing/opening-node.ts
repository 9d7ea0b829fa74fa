import type { KeyedPosting } from './opening-keys.js';

/** What is known of one posting when postings are compared. */
export interface OpeningNode extends KeyedPosting {
  readonly jobId: string;
  readonly source: string;
  readonly agency: boolean;
  readonly detail: 'full' | 'snippet';
  readonly employmentTypes: readonly string[];
  readonly remote: boolean | null;
  /** In milliseconds of Unix time. */
  readonly postedAt: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly shingles: ReadonlySet<string>;
  /** Postings that the person has said are other openings. */
  readonly separated: readonly string[];
}
