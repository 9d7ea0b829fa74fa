import type { QueryFilter } from 'mongoose';
import type { JobFilters } from '#libs/contracts';
import { holding, withoutNulls } from '#libs/mongo';
import type { Job } from './job.schema.js';

export interface Reader {
  readonly userId: string;
  /** Jobs made in test mode are left out unless asked for. */
  readonly withTest: boolean;
}

/** Turns filters into a query over a person's own jobs. Every value is compared as it is; none is part of the query. */
export function jobFilter(asked: JobFilters, { userId, withTest }: Reader): QueryFilter<Job> {
  const filters = withoutNulls(asked);
  const { source, status, company, title, location, remote, from, to } = filters;
  const { processed, skill, language, country, agency, withoutDuplicates } = filters;
  const seen = { ...(from ? { $gte: new Date(from) } : {}), ...(to ? { $lt: new Date(to) } : {}) };
  return {
    userId,
    testMode: withTest ? { $in: [false, true] } : false,
    ...(source === undefined ? {} : { 'source.name': source }),
    ...(status === undefined ? {} : { status }),
    ...(company === undefined ? {} : { company: holding(company) }),
    ...(title === undefined ? {} : { title: holding(title) }),
    ...(location === undefined ? {} : { locations: holding(location) }),
    ...(remote === undefined ? {} : { remote }),
    ...(from || to ? { firstSeenAt: seen } : {}),
    ...(processed === undefined ? {} : { processing: processed ? { $ne: null } : null }),
    ...(skill === undefined ? {} : { 'processing.skills': skill }),
    ...(language === undefined ? {} : { 'processing.language': language.toLowerCase() }),
    ...(country === undefined ? {} : { 'processing.places.country': country.toUpperCase() }),
    ...(agency === undefined ? {} : { 'processing.agency': agency }),
    ...(withoutDuplicates === true ? STANDING_FOR_ITSELF : {}),
  };
}

/** No posting stands for it but itself. */
export const STANDING_FOR_ITSELF = {
  $expr: { $eq: [{ $ifNull: ['$opening.canonicalJobId', '$_id'] }, '$_id'] },
} as const;
