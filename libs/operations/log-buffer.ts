import { millis } from '#libs/run-log';
import type { LogEntry } from '#libs/run-log';

const MOST_LINES = 200;
const MOST_BYTES = 32 * 1024;
/** Room for the line that says how many were left out. */
const LAST_LINE_BYTES = 128;

/** Keeps the first log lines of an execution, at most 200 of them and 32 KiB, and counts what did not fit. */
export class LogBuffer {
  private readonly entries: LogEntry[] = [];
  private bytes = 0;
  private leftOut = 0;

  add(entry: LogEntry): void {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    const full = this.entries.length >= MOST_LINES - 1 || this.bytes + size > MOST_BYTES - LAST_LINE_BYTES;
    if (this.leftOut > 0 || full) {
      this.leftOut += 1;
      return;
    }
    this.entries.push(entry);
    this.bytes += size;
  }

  /** Gives the lines, closed by one that says how many are missing. */
  read(): readonly LogEntry[] {
    if (this.leftOut === 0) return this.entries;
    const at = this.entries.at(-1)?.at ?? millis(0);
    return [...this.entries, { level: 'warn', message: `${this.leftOut} further lines were left out`, at }];
  }
}
