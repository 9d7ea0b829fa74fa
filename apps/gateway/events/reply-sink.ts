import type { Writable } from 'node:stream';
import type { Sink } from './viewer.js';

/** How long a viewer may leave what it was sent unread, in milliseconds. */
const STALLED_MS = 60_000;

/** How much may wait in a response's buffer before the viewer counts as slow, in bytes. */
const ROOM = 256 * 1024;

/** Lets a viewer be shown events over an HTTP response, whose own buffer is the only one. */
export function replySink(response: Writable, stalledMs = STALLED_MS): Sink {
  return {
    write: (text) => {
      if (response.destroyed) return true;
      response.write(text);
      return response.writableLength < ROOM;
    },
    room: () =>
      new Promise((resolve) => {
        const settle = (room: boolean) => (): void => {
          clearTimeout(timer);
          response.off('drain', drained);
          response.off('close', closed);
          if (!room) response.destroy();
          resolve(room);
        };
        const drained = settle(true);
        const closed = settle(false);
        const timer = setTimeout(closed, stalledMs);
        timer.unref();
        if (response.destroyed) return closed();
        if (!response.writableNeedDrain) return drained();
        response.once('drain', drained);
        response.once('close', closed);
      }),
    onGone: (listener) => void response.once('close', listener),
    end: () => void response.end(),
  };
}
