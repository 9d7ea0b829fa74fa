import type { StreamedEvent } from '../gateway/resources.js';
import type { LiveRegion, Terminal } from '../terminal/terminal.js';
import { lineOf } from './event-lines.js';
import type { RunView } from './run-view.js';
import { drawTree } from './tree.js';
import { nodeOfView } from './tree-nodes.js';

const REDRAW_EVERY_MS = 120;
const PROGRESS_EVERY_MS = 2_000;

/** Shows a run while it happens. */
export interface RunWatcher {
  saw(event: StreamedEvent, view: RunView): void;
  remark(text: string): void;
  end(view: RunView): void;
}

/** Tells each event in a line, for pipes, files and `--json`; progress now and then only. */
export function lineWatcher(write: (line: string) => void, terminal: Terminal): RunWatcher {
  const toldAt = new Map<string, number>();
  const isTooSoon = ({ event, time }: StreamedEvent): boolean => {
    if (event.type !== 'TaskStarted' && event.type !== 'TaskProgressed') return false;
    const at = Date.parse(time);
    const before = toldAt.get(event.taskRunId);
    if (event.type === 'TaskProgressed' && before !== undefined && at - before < PROGRESS_EVERY_MS)
      return true;
    toldAt.set(event.taskRunId, at);
    return false;
  };
  return {
    saw(event, view) {
      if (isTooSoon(event)) return;
      const line = lineOf(event, view, terminal);
      if (line !== undefined) write(line);
    },
    remark: write,
    end: () => undefined,
  };
}

/** Draws the tree of tasks again and again; log lines pass by above it. */
export function treeWatcher(region: LiveRegion, terminal: Terminal, first: RunView): RunWatcher {
  let current = first;
  const draw = (): void => region.draw(drawTree(nodeOfView(current, Date.now()), terminal));
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  draw();
  return {
    saw(event, view) {
      current = view;
      const line = event.event.type === 'LogEmitted' ? lineOf(event, view, terminal) : undefined;
      if (line !== undefined) region.above(line);
    },
    remark: (text) => region.above(text),
    end(view) {
      clearInterval(timer);
      current = view;
      draw();
      region.end();
    },
  };
}
