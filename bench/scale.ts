/** Makes every measure smaller, to see that it runs; the figures say nothing then and are not kept. */
export const scale = Number(process.env['SCALE'] ?? 1);
if (!(scale > 0 && scale <= 1)) throw new RangeError(`SCALE is ${scale}, expected more than 0 and at most 1`);

/** How much of a number of runs, rounds or milliseconds this run of the bench takes. */
export const scaled = (full: number, least = 1): number => Math.max(least, Math.round(full * scale));
