import { MsgHdrsImpl } from '@nats-io/transport-node';
import type { HeaderRecord } from '../headers.js';

/**
 * Headers on their way out. Names and values are ours or checked before, so they need no second look for line
 * breaks, nor the map of lists that the client keeps for those who edit headers. Source: NATS ADR-4.
 */
export class WireHeaders extends MsgHdrsImpl {
  constructor(private readonly record: HeaderRecord) {
    super();
  }

  /** The client asks for nothing else when it sends. */
  override encode(): Uint8Array {
    let text = 'NATS/1.0\r\n';
    for (const name in this.record) text += `${name}: ${this.record[name]}\r\n`;
    return Buffer.from(`${text}\r\n`);
  }
}
