import { randomUUID } from 'node:crypto';
import { checkSettings, differences } from '../broker-fitness.js';
import { NotPermittedError } from '../errors.js';
import type { StreamSettings } from '../streams.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';

export interface StreamAnswer {
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
/** Drawn when a stream is made: see Streams. */
export const EPOCH = 'epoch';

/**
 * Makes a stream where it is missing, from any number of processes at once, and brings one that differs in line.
 * Throws UnfitBrokerError when the settings do not come back as asked for.
 */
export async function provideStream(
  publisher: Publisher,
  settings: StreamSettings<string>,
): Promise<StreamAnswer> {
  const found = await provide(publisher, settings);
  checkSettings(settings, found.config);
  return found;
}

export const askStream = (
  publisher: Publisher,
  verb: 'INFO' | 'CREATE' | 'UPDATE',
  stream: string,
  query: object,
): Promise<StreamAnswer> =>
  publisher.ask<StreamAnswer>(`$JS.API.STREAM.${verb}.${stream}`, query, 'setting up streams');

async function provide(publisher: Publisher, settings: StreamSettings<string>): Promise<StreamAnswer> {
  const found = await askStream(publisher, 'INFO', settings.name, {});
  if (!found.error) return align(publisher, settings, found);
  if (found.error.err_code !== NOT_FOUND) throw refused(found.error);
  const made = await askStream(publisher, 'CREATE', settings.name, {
    ...settings,
    metadata: { [EPOCH]: randomUUID() },
  });
  if (!made.error) return made;
  // Another process was first, and its epoch is another one than ours.
  if (made.error.err_code !== EXISTS_OTHERWISE) throw refused(made.error);
  return provide(publisher, settings);
}

async function align(
  publisher: Publisher,
  settings: StreamSettings<string>,
  found: StreamAnswer,
): Promise<StreamAnswer> {
  if (differences(settings, found.config).length === 0) return found;
  const num_replicas = Math.max(Number(settings['num_replicas']), Number(found.config['num_replicas']));
  const wanted = { ...found.config, ...settings, num_replicas };
  // Who may not change a stream takes it as it is; what will not do is said by the check of its settings.
  const updated = await askStream(publisher, 'UPDATE', settings.name, wanted).catch((error: unknown) => {
    if (error instanceof NotPermittedError) return found;
    throw error;
  });
  return updated.error ? found : updated;
}
