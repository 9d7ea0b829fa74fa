import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const TRY_EVERY_MS = 20;

/** Resolves once a loopback port takes a connection; rejects when `signal` aborts first, with its reason. */
export async function awaitPort(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await accepts(port)) return;
    await pause(TRY_EVERY_MS);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    const answer = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
