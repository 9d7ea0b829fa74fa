import { flow } from '#libs/flows';

export class NothingInput {}

/** Ends as soon as it has begun. */
export const nothing = flow(
  { name: 'nothing', description: 'Does nothing', input: NothingInput },
  async () => null,
);
