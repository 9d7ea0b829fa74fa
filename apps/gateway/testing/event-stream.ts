import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';

/** Reads a stream of events as a client does, one after the other. */
export class EventStream {
  private readonly messages: EventSourceMessage[] = [];
  private readonly parser = createParser({ onEvent: (message) => this.messages.push(message) });
  private readonly decoder = new TextDecoder();

  private constructor(
    readonly response: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
  ) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const response = await fetch(url, { headers });
    if (!response.body) throw new Error(`${url} has no body`);
    return new EventStream(response, response.body.getReader());
  }

  /** Gives the next event; undefined when the stream has ended. */
  async next(): Promise<EventSourceMessage | undefined> {
    while (this.messages.length === 0) {
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.parser.feed(this.decoder.decode(value, { stream: true }));
    }
    return this.messages.shift();
  }

  /** Reads until an event of a type has come, and gives all up to it. */
  async until(type: string): Promise<EventSourceMessage[]> {
    const seen: EventSourceMessage[] = [];
    for (;;) {
      const message = await this.next();
      if (!message) throw new Error(`the stream ended before ${type}`);
      seen.push(message);
      if (message.event === type) return seen;
    }
  }

  close(): Promise<void> {
    return this.reader.cancel();
  }
}
