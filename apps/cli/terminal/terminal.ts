import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Where a command writes, reads and is interrupted: the process's own streams, or a test's. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  /** True when a person looks at standard output. */
  readonly interactive: boolean;
  /** Columns to fit tables into; undefined where nothing limits a line. */
  readonly width: number | undefined;
  /** Text in colours, or as it is where none are wanted. */
  style(format: Format, text: string): string;
  /** Writes one piece of text and a line end to standard output. */
  print(text: string): void;
  /** Writes one piece of text and a line end to standard error. */
  note(text: string): void;
  /** A part of the screen that is drawn again and again. */
  live(): Promise<LiveRegion>;
  /** True when somebody is there to answer a question. */
  readonly canAsk: boolean;
  /** Asks a question on standard error; anything but yes, Ctrl-C too, is no. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a secret on standard error without showing what is typed; undefined on Ctrl-C. */
  askSecret(question: string): Promise<string | undefined>;
  /** Reads standard input to its end. */
  readInput(): Promise<string>;
  /** Calls `handler` on Ctrl-C and on SIGTERM, in place of what they do otherwise. Gives the way back. */
  onInterrupt(handler: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once. */
  quit(code: number): never;
}

export interface LiveRegion {
  draw(text: string): void;
  /** Writes lines that stay, above the region. */
  above(text: string): void;
  /** Leaves the last drawing where it is. */
  end(): void;
}

/** Decides on colours as https://no-color.org and FORCE_COLOR ask. */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

export function styler(coloured: boolean): Terminal['style'] {
  return (format, text) => (coloured ? styleText(format, text, { validateStream: false }) : text);
}
