import process from 'node:process';

/** Reads a setting that the harness gives. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this process is started by the harness only`);
  return value;
}

/** Which role this process plays, and the how-manieth process it is that plays it. */
export const whoAmI = () => ({ member: setting('MEMBER'), incarnation: Number(setting('INCARNATION')) });

/** Says that the process is ready, and ends it with the harness; SIGTERM lets it close first. */
export function ready(close: () => Promise<unknown>): void {
  process.once('disconnect', () => process.exit());
  process.once('SIGTERM', () => {
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.send?.('ready');
}
