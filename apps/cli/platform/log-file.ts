import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { setLogAside } from '#libs/local-stack';
import { sendLogsTo } from '#libs/telemetry';

const TELL_AGAIN_MS = 60_000;

export interface LogFile {
  readonly file: string;
  close(): Promise<void>;
}

/** Gives the path of the services' log under `home`. */
export function logFileOf(home: string): string {
  return path.join(home, 'logs', 'services.log');
}

/**
 * Sends the log lines of all services of this process to a file, one JSON object each, and hands those that
 * tell of trouble to `onTrouble` too.
 */
export async function logToFile(
  file: string,
  onTrouble: (service: string, message: string) => void,
): Promise<LogFile> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await setLogAside(file);
  const stream: WriteStream = createWriteStream(file, { flags: 'a' });
  const toldAt = new Map<string, number>();
  const restore = sendLogsTo({
    write(line) {
      stream.write(line);
      if (!/"level":"(error|fatal)"/.test(line)) return;
      const { service = 'a service', msg = '' } = JSON.parse(line) as { service?: string; msg?: string };
      const last = toldAt.get(`${service} ${msg}`);
      const now = performance.now();
      // What fails again and again, as with a database that is away, is told of once in a while.
      if (last !== undefined && now - last < TELL_AGAIN_MS) return;
      toldAt.set(`${service} ${msg}`, now);
      onTrouble(service, msg);
    },
  });
  return {
    file,
    async close() {
      restore();
      stream.end();
      await finished(stream);
    },
  };
}
