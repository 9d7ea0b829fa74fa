/** What one message may hold, headers included; the server's own default, 1 MiB, is too little for long pages. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

export interface NatsSettings {
  readonly port: number;
  readonly storeDir: string;
  /** Syncs every message to disk before it is acknowledged; by default the server does so every two minutes. */
  readonly syncAlways?: boolean;
  /** Limits what all streams together may keep on disk, in bytes. */
  readonly maxFileStore?: number;
  /** Limits one message with its headers, in bytes; 8 MiB unless said. */
  readonly maxPayload?: number;
  /** Gives each name an account with streams of its own, entered with the name as user and as password. */
  readonly accounts?: readonly string[];
  /** A file of further settings, as seen from the folder of the configuration. */
  readonly include?: string;
}

/** Writes a configuration of nats-server, whose format takes JSON. File storage only, loopback only. */
export function natsConfig(settings: NatsSettings): string {
  const config = {
    listen: `127.0.0.1:${settings.port}`,
    max_payload: settings.maxPayload ?? MAX_PAYLOAD_BYTES,
    jetstream: {
      store_dir: settings.storeDir,
      max_file_store: settings.maxFileStore,
      sync_interval: settings.syncAlways ? 'always' : undefined,
    },
    accounts: settings.accounts && Object.fromEntries(settings.accounts.map((name) => [name, account(name)])),
  };
  const { include } = settings;
  if (!include) return JSON.stringify(config, null, 2) + '\n';
  // A file cannot be included in the midst of JSON.
  const lines = Object.entries(config).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  return [...lines, `include ${JSON.stringify(include)}`, ''].join('\n');
}

function account(name: string): object {
  return { jetstream: 'enabled', users: [{ user: name, password: name }] };
}
