import { IsInt, Min } from 'class-validator';
import { flow } from '#libs/flows';
import { Echo, EchoMessage } from './echo.contract.js';

export class FanOutInput extends EchoMessage {
  @IsInt()
  @Min(1)
  width: number;
}

/** So many tasks side by side, and their join. */
export const fanOut = flow(
  { name: 'fan_out', description: 'Echoes many times side by side', input: FanOutInput },
  async ({ width, text }, ctx) => {
    const echoes = await ctx.map(Array.from({ length: width }), () => ctx.task(Echo, { text }));
    return { joined: echoes.length };
  },
);
