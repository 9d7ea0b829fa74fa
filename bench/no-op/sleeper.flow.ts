import { IsInt, Min } from 'class-validator';
import { flow } from '#libs/flows';

export class SleeperInput {
  @IsInt()
  @Min(1)
  seconds: number;
}

/** Waits and does nothing else. */
export const sleeper = flow(
  { name: 'sleeper', description: 'Sleeps', input: SleeperInput },
  async ({ seconds }, ctx) => {
    await ctx.sleep(seconds);
    return { slept: true };
  },
);
