import { READY } from './child.js';
import type { Question, Reply } from './child.js';

type Commands = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** Takes the parent's commands until it lets go of the channel, then closes and ends the process. */
export function answerParent(commands: Commands, close: () => Promise<unknown>): void {
  const reply = (message: Reply): void => void process.send?.(message);
  process.on('message', ({ id, command, argument }: Question) => {
    const run = commands[command] as ((argument: unknown) => Promise<unknown>) | undefined;
    if (!run) return reply({ id, error: `there is no command ${command}` });
    run(argument).then(
      (value) => reply({ id, value: value ?? null }),
      (error: unknown) =>
        reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once('disconnect', () => {
    void close()
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit());
  });
  reply({ id: READY, value: null });
}

/** Reads a setting that the parent gives. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this process is started by the bench only`);
  return value;
}
