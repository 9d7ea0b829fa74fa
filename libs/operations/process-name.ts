import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this process in records, different after each start: `mailer@host-4711-9f3c`. */
export function processName(service: string): string {
  return `${service}@${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
}
