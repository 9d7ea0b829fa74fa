import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type LiveRegion, styler, type Terminal, wantsColour } from './terminal.js';

/** The terminal of this process. `colour: false` is the person's `--no-color`. */
export function processTerminal(options: { readonly colour?: boolean } = {}): Terminal {
  const { env, stdout, stderr, stdin } = process;
  // A terminal without a size, as some runners have, cannot be drawn on.
  const interactive = stdout.isTTY && stdout.rows > 0 && stdout.columns > 0 && env['TERM'] !== 'dumb';
  const columns = Number(env['COLUMNS']);
  // A reader that went away early, as `head` does, is no error.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    env,
    interactive,
    get width() {
      return columns > 0 ? columns : interactive ? stdout.columns : undefined;
    },
    style: styler(options.colour !== false && wantsColour(env, stdout.isTTY)),
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    live: drawingOn,
    canAsk: stdin.isTTY && stderr.isTTY,
    confirm,
    askSecret,
    readInput: () => text(stdin),
    quit: (code) => process.exit(code),
    onInterrupt(handler) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, handler);
      return () => {
        for (const signal of signals) process.off(signal, handler);
      };
    },
  };
}

async function drawingOn(): Promise<LiveRegion> {
  const { createLogUpdate } = await import('log-update');
  const region = createLogUpdate(process.stdout);
  return {
    draw: (drawing) => region(drawing),
    above: (line) => region.persist(line),
    end: () => region.done(),
  };
}

async function confirm(question: string): Promise<boolean> {
  const asking = new AbortController();
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('SIGINT', () => asking.abort());
  lines.once('close', () => asking.abort());
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: asking.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!asking.signal.aborted) throw error;
    process.stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}

async function askSecret(question: string): Promise<string | undefined> {
  const asking = new AbortController();
  // What is typed is echoed by the reader itself, into nothing here.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  lines.once('SIGINT', () => asking.abort());
  lines.once('close', () => asking.abort());
  process.stderr.write(`${question} `);
  try {
    return (await lines.question('', { signal: asking.signal })).trim();
  } catch (error) {
    if (!asking.signal.aborted) throw error;
    return undefined;
  } finally {
    process.stderr.write('\n');
    lines.close();
  }
}
