import { format } from 'node:util';
import { printTakerHere } from './run-context.js';

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' } as const;
type Method = keyof typeof LEVELS;
type Writers = Record<Method, (...said: unknown[]) => void>;
const METHODS = Object.keys(LEVELS) as Method[];

/** There is one console in a process, so those who listen to it are counted here. */
let listeners = 0;
let undo: () => void = () => undefined;

/**
 * Lets executions whose task asks for it take what their code writes by `console.debug`, `log`, `info`, `warn` and
 * `error` into their log. It is written all the same, and what other code writes is not looked at. The returned
 * function undoes that; the console is its old self when the last one has been called.
 */
export function listenToConsole(): () => void {
  listeners += 1;
  if (listeners === 1) undo = replaceWriters(console);
  let listening = true;
  return () => {
    if (!listening) return;
    listening = false;
    listeners -= 1;
    if (listeners === 0) undo();
  };
}

function replaceWriters(target: Writers): () => void {
  let on = true;
  const undoing = METHODS.map((method) => {
    const before = target[method];
    const passOn = (...said: unknown[]): void => {
      before.apply(target, said);
      if (on) printTakerHere()?.(LEVELS[method], format(...said));
    };
    target[method] = passOn;
    return () => {
      // Who has replaced it since keeps what is theirs.
      if (target[method] === passOn) target[method] = before;
    };
  });
  return () => {
    on = false;
    undoing.forEach((undoOne) => undoOne());
  };
}
