import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { natsConfig, type NatsSettings } from './nats-config.js';
import { type ServerProcess, startServer } from './server-process.js';
import type { Say } from './resolve-server.js';

export interface NatsOptions extends Partial<Omit<NatsSettings, 'storeDir'>> {
  readonly binary: { readonly file: string; readonly version: string };
  /** Holds data, logs and the record of the process. */
  readonly home: string;
  /** Where the server looks up the variables of its settings, beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly say?: Say;
  /** Hears that the server's process has been begun. */
  readonly launched?: () => void;
}

export interface NatsServer extends ServerProcess {
  readonly url: string;
}

/** Starts a nats-server with JetStream on file storage, or adopts the one that runs under `home`. */
export async function startNats(options: NatsOptions): Promise<NatsServer> {
  const { home } = options;
  const dataDir = path.join(home, 'nats');
  const server = await startServer({
    name: 'nats-server',
    binary: options.binary,
    home,
    dataDir,
    port: options.port,
    readyLine: /Server is ready/,
    ...(options.env ? { env: options.env } : {}),
    say: options.say ?? (() => undefined),
    launched: options.launched ?? (() => undefined),
    async args(port) {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      const configFile = path.join(home, 'nats.conf');
      // The server looks for what is included beside its configuration, whatever the path begins with.
      const include = options.include && path.relative(home, options.include);
      const settings = { ...options, ...(include ? { include } : {}) };
      await writeFile(configFile, natsConfig({ ...settings, port, storeDir: dataDir }));
      return ['--config', configFile];
    },
    // The server opens its port last, when its streams are recovered.
    ready: async () => undefined,
  });
  return { ...server, url: `nats://127.0.0.1:${server.port}` };
}
