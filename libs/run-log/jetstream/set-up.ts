import { streamSettings } from '../streams.js';
import type { StreamOptions } from '../streams.js';
import type { StreamName } from '../run-log.js';
import { refused } from './broker-errors.js';
import { askStream, EPOCH, provideStream } from './provide-stream.js';
import type { StreamAnswer } from './provide-stream.js';
import type { Publisher } from './publisher.js';

/**
 * Makes the streams where they are missing, from any number of processes at once, and keeps each one's epoch.
 * An epoch is drawn when the stream is made and never changed by us: who restores a stream from a backup sets a
 * new one, so that every reader's positions stop counting.
 */
export class Streams {
  private readonly epochs = new Map<StreamName, string>();
  private copies = 1;
  private readonly wanted: ReturnType<typeof streamSettings>;

  constructor(
    private readonly publisher: Publisher,
    options: StreamOptions,
  ) {
    this.wanted = streamSettings(options);
  }

  /** Copies of RUN as the broker keeps them: what belongs to it is to be as safe. */
  get replicas(): number {
    return this.copies;
  }

  epoch(stream: StreamName): string {
    return this.epochs.get(stream) ?? '';
  }

  /** Safe to repeat. Throws UnfitBrokerError when the settings do not come back as asked for. */
  async setUp(): Promise<void> {
    for (const settings of Object.values(this.wanted)) {
      const found = await provideStream(this.publisher, settings);
      this.epochs.set(settings.name, found.config.metadata?.[EPOCH] ?? '');
      if (settings.name === 'RUN') this.copies = Number(found.config['num_replicas'] ?? 1);
    }
  }

  async info(stream: StreamName): Promise<StreamAnswer & { readonly epoch: string }> {
    const answer = await askStream(this.publisher, 'INFO', stream, {});
    if (answer.error) throw refused(answer.error);
    const epoch = answer.config.metadata?.[EPOCH] ?? '';
    this.epochs.set(stream, epoch);
    return { ...answer, epoch };
  }
}
