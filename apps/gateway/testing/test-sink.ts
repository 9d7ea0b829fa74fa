import type { Sink } from '../events/viewer.js';

export interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

/** A viewer's end of the line that a test reads, blocks and cuts by hand. */
export class TestSink implements Sink {
  text = '';
  isFull = false;
  ended = false;
  private readonly rooms: ((room: boolean) => void)[] = [];
  private readonly awaited: { readonly event: string; readonly resolve: () => void }[] = [];
  private gone = (): void => undefined;

  write(text: string): boolean {
    this.text += text;
    for (const { event, resolve } of this.awaited) if (text.includes(`event: ${event}\n`)) resolve();
    return !this.isFull;
  }

  room(): Promise<boolean> {
    return this.isFull ? new Promise((resolve) => this.rooms.push(resolve)) : Promise.resolve(true);
  }

  onGone(listener: () => void): void {
    this.gone = listener;
  }

  end(): void {
    this.ended = true;
  }

  drain(): void {
    this.rooms.splice(0).forEach((resolve) => resolve(true));
  }

  goAway(): void {
    this.gone();
  }

  /** Resolves once an event of this type was written. */
  saw(event: string): Promise<void> {
    if (this.text.includes(`event: ${event}\n`)) return Promise.resolve();
    return new Promise((resolve) => this.awaited.push({ event, resolve }));
  }

  messages(): Message[] {
    return this.text
      .split('\n\n')
      .filter((block) => block.includes('data: '))
      .map((block) => {
        const field = (name: string): string | undefined =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        return {
          id: field('id'),
          event: field('event'),
          data: JSON.parse(field('data') ?? 'null') as unknown,
        };
      });
  }
}
