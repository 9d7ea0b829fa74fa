import { type LiveRegion, styler, type Terminal } from '../terminal/terminal.js';

/** A terminal whose output is kept, and that a test interrupts. */
export interface CapturedTerminal extends Terminal {
  readonly out: string[];
  readonly notes: string[];
  /** What the live region showed last, and what passed by above it. */
  readonly drawings: string[];
  readonly above: string[];
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** How many commands listen for Ctrl-C just now. */
  readonly listeners: () => number;
  interrupt(): void;
  /** Resolves when a line that holds `text` has been written, to either stream. */
  wrote(text: string): Promise<void>;
}

export interface CaptureOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly interactive?: boolean;
  readonly width?: number;
  readonly input?: string;
  /** What the person says to the one question; without it nobody is there. */
  readonly answer?: boolean;
  /** What the person types where nobody sees it. */
  readonly secret?: string;
}

export function captureTerminal(options: CaptureOptions = {}): CapturedTerminal {
  const out: string[] = [];
  const notes: string[] = [];
  const drawings: string[] = [];
  const above: string[] = [];
  const handlers = new Set<(signal: NodeJS.Signals) => void>();
  const waiting: { text: string; resolve: () => void }[] = [];
  const write = (into: string[], text: string): void => {
    into.push(text);
    for (const wait of waiting) if (text.includes(wait.text)) wait.resolve();
  };
  const region: LiveRegion = {
    draw: (text) => write(drawings, text),
    above: (text) => write(above, text),
    end: () => undefined,
  };
  return {
    env: options.env ?? {},
    interactive: options.interactive ?? false,
    width: options.width,
    out,
    notes,
    drawings,
    above,
    stdout: () => out.join('\n'),
    stderr: () => notes.join('\n'),
    listeners: () => handlers.size,
    style: styler(false),
    print: (text) => write(out, text),
    note: (text) => write(notes, text),
    live: async () => region,
    canAsk: options.answer !== undefined || options.secret !== undefined,
    confirm: async (question) => {
      write(notes, question);
      return options.answer ?? false;
    },
    askSecret: async (question) => {
      write(notes, question);
      return options.secret;
    },
    readInput: async () => options.input ?? '',
    onInterrupt(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    quit(code) {
      throw new Error(`the process was ended at once with ${code}`);
    },
    interrupt() {
      for (const handler of [...handlers]) handler('SIGINT');
    },
    wrote: (text) =>
      new Promise((resolve) => {
        if ([...out, ...notes, ...drawings, ...above].some((line) => line.includes(text))) resolve();
        else waiting.push({ text, resolve });
      }),
  };
}
