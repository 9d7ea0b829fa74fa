import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** What one call may name. */
export const MOST_JOBS = 10_000;

/** Takes a list of at least one and at most 10,000 ids of jobs. */
export const JobIds = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    IsArray({ message: '$property must be a list of ids of jobs' }),
    ArrayNotEmpty({ message: '$property must hold at least one id, or be left out' }),
    ArrayMaxSize(MOST_JOBS, {
      message: `$property may hold ${MOST_JOBS} ids at most: bring them in several calls`,
    }),
    IsString({ each: true }),
    IsNotEmpty({ each: true }),
    MaxLength(128, { each: true }),
  ])
    decorate(target, property);
};
