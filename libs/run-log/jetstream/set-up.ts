import { randomUUID } from 'node:crypto';
import { checkSettings, differences } from '../broker-fitness.js';
import { streamSettings } from '../streams.js';
import type { StreamOptions, StreamSettings } from '../streams.js';
import type { StreamName } from '../run-log.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

interface StreamAnswer {
  readonly config: Readonly<Record<string, unknown>> & { readonly metadata?: Record<string, string> };
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly messages: number;
    readonly bytes: number;
  };
  readonly error?: BrokerRefusal;
}

const NOT_FOUND = 10059;
const EXISTS_OTHERWISE = 10058;
const EPOCH = 'epoch';

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
      const found = await this.provide(settings);
      checkSettings(settings, found.config);
      this.epochs.set(settings.name, found.config.metadata?.[EPOCH] ?? '');
      if (settings.name === 'RUN') this.copies = Number(found.config['num_replicas'] ?? 1);
    }
  }

  async info(stream: StreamName): Promise<StreamAnswer & { readonly epoch: string }> {
    const answer = await this.ask('INFO', stream, {});
    if (answer.error) throw refused(answer.error);
    const epoch = answer.config.metadata?.[EPOCH] ?? '';
    this.epochs.set(stream, epoch);
    return { ...answer, epoch };
  }

  private async provide(settings: StreamSettings): Promise<StreamAnswer> {
    const found = await this.ask('INFO', settings.name, {});
    if (!found.error) return this.align(settings, found);
    if (found.error.err_code !== NOT_FOUND) throw refused(found.error);
    const made = await this.ask('CREATE', settings.name, {
      ...settings,
      metadata: { [EPOCH]: randomUUID() },
    });
    if (!made.error) return made;
    // Another process was first, and its epoch is another one than ours.
    if (made.error.err_code !== EXISTS_OTHERWISE) throw refused(made.error);
    return this.provide(settings);
  }

  private async align(settings: StreamSettings, found: StreamAnswer): Promise<StreamAnswer> {
    if (differences(settings, found.config).length === 0) return found;
    const num_replicas = Math.max(Number(settings['num_replicas']), Number(found.config['num_replicas']));
    const updated = await this.ask('UPDATE', settings.name, { ...found.config, ...settings, num_replicas });
    return updated.error ? found : updated;
  }

  private ask(verb: 'INFO' | 'CREATE' | 'UPDATE', stream: StreamName, query: object): Promise<StreamAnswer> {
    return this.publisher.ask<StreamAnswer>(`$JS.API.STREAM.${verb}.${stream}`, query, 'setting up streams');
  }
}
