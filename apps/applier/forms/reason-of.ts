/** Gives the first line of what a browser says of a failure, without the log that it adds. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')[0]
    ?.replace(/^\w+\.\w+: /, '')
    .slice(0, 300) ?? '';
