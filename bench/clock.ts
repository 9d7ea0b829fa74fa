/** Milliseconds of a clock that every process of this machine reads alike, whenever it was started. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1_000_000;
