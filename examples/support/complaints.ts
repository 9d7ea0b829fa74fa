/** What goes wrong beside the example is said on standard error; nothing else is. */
export const complaints = {
  log: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
  warn: (message: unknown, ...more: unknown[]) => complain(message, more),
  error: (message: unknown, ...more: unknown[]) => complain(message, more),
};

function complain(message: unknown, more: readonly unknown[]): void {
  process.stderr.write(`${[message, ...more].map(String).join(' ')}\n`);
}
