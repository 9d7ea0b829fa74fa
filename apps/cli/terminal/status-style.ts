import type { Terminal } from './terminal.js';

type Look = readonly [mark: string, format: Parameters<Terminal['style']>[0]];

const LOOKS: Readonly<Record<string, Look>> = {
  pending: ['○', 'dim'],
  scheduled: ['○', 'dim'],
  running: ['●', 'cyan'],
  waiting: ['◔', 'cyan'],
  retrying: ['↻', 'yellow'],
  paused: ['‖', 'yellow'],
  halted: ['■', 'magenta'],
  success: ['✔', 'green'],
  completed: ['✔', 'green'],
  done: ['✔', 'green'],
  cached: ['✔', 'green'],
  succeeded: ['✔', 'green'],
  approved: ['✔', 'green'],
  declined: ['✖', 'red'],
  ambiguous: ['?', 'magenta'],
  expired: ['⊘', 'yellow'],
  withdrawn: ['⊘', 'dim'],
  ok: ['✔', 'green'],
  results: ['✔', 'green'],
  no_results: ['✔', 'green'],
  blocked: ['✖', 'red'],
  schema_changed: ['✖', 'red'],
  unreachable: ['✖', 'red'],
  failed: ['✖', 'red'],
  down: ['✖', 'red'],
  cancelled: ['⊘', 'yellow'],
  stopping: ['⊘', 'yellow'],
  stopped: ['⊘', 'yellow'],
  degraded: ['!', 'yellow'],
};

/** Gives the sign of a status and the colour that goes with it. */
export function lookOf(status: string): Look {
  return LOOKS[status] ?? ['·', 'dim'];
}

/** Writes a status in its colour. */
export function paintStatus(terminal: Pick<Terminal, 'style'>): (text: string) => string {
  return (text) => terminal.style(lookOf(text.trim())[1], text);
}
