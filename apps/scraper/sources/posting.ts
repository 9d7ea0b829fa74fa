import type { EmploymentType } from './employment-type.js';

export interface Salary {
  readonly min: number | null;
  readonly max: number | null;
  /** ISO 4217; null where the board names none. */
  readonly currency: string | null;
  readonly period: SalaryPeriod | null;
}

export type SalaryPeriod = 'hour' | 'day' | 'week' | 'month' | 'year';

/** One opening as a board shows it, before it is cleaned and stored. */
export interface Posting {
  /** Unique within the source, and the same each time the board shows this opening. */
  readonly postingId: string;
  readonly title: string;
  readonly company: string;
  readonly locations: readonly string[];
  /** Null where the board does not say. */
  readonly remote: boolean | null;
  /** HTML as the board sends it: not to be shown before it has been sanitised. */
  readonly descriptionHtml: string;
  /** A snippet never takes the place of a full description. */
  readonly detail: 'full' | 'snippet';
  readonly salary: Salary | null;
  readonly employmentTypes: readonly EmploymentType[];
  readonly postedAt: Date | null;
  readonly validThrough: Date | null;
  readonly url: string | null;
  readonly applyUrl: string | null;
  /** BCP 47, in lower case; null where the board does not say. */
  readonly language: string | null;
  readonly tags: readonly string[];
  /** Further ids that the source knows the opening by. */
  readonly references: Readonly<Record<string, string>>;
}
