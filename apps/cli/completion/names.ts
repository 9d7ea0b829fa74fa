import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import type { FlowEntry } from '../gateway/resources.js';
import { kebab } from '../parameters/schema-options.js';
import { oneLine } from '../terminal/plain-text.js';
import type { Candidate, NameKind, Sources } from './candidates.js';

/** How long somebody who has pressed the key waits for the server, in milliseconds. */
const PATIENCE_MS = 800;
const MOST = 100;

type Item = Readonly<Record<string, unknown>>;

interface Place {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly value: (item: Item) => unknown;
  readonly about: (item: Item) => unknown;
}

const latest = { limit: MOST };

const PLACES: Readonly<Record<Exclude<NameKind, 'server'>, Place>> = {
  flow: { path: '/workflows', value: ({ name }) => name, about: ({ description }) => description },
  operation: { path: '/operations', value: ({ name }) => name, about: ({ description }) => description },
  deployment: {
    path: '/deployments',
    query: latest,
    value: ({ flow, name }) => `${String(flow)}/${String(name)}`,
    about: ({ description }) => description,
  },
  run: {
    path: '/flow-runs',
    query: latest,
    value: ({ id }) => id,
    about: ({ flow, status }) => `${String(flow)}, ${String(status)}`,
  },
  'task-run': {
    path: '/task-runs',
    query: latest,
    value: ({ id }) => id,
    about: ({ operationName, status }) => `${String(operationName)}, ${String(status)}`,
  },
  job: {
    path: '/jobs',
    query: latest,
    value: ({ id }) => id,
    about: ({ title, company }) => `${String(title)}, ${String(company)}`,
  },
  application: {
    path: '/applications',
    query: latest,
    value: ({ id }) => id,
    about: ({ company, status }) => `${String(company)}, ${String(status)}`,
  },
};

/**
 * Asks a server for names. A shell must never hang or print an error for want of one: whatever goes wrong, there are
 * none. `servers` are those that this machine knows by name.
 */
export function namesFrom(
  connect: () => Promise<GatewayClient>,
  servers: () => Promise<readonly string[]>,
): Sources {
  const ask = async <T>(
    work: (gateway: GatewayClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await work(await connect(), AbortSignal.timeout(PATIENCE_MS));
    } catch {
      return undefined;
    }
  };
  return {
    async names(kind) {
      if (kind === 'server') return (await servers().catch(() => [])).map((value) => ({ value, about: '' }));
      const { path, query = {}, value, about } = PLACES[kind];
      const page = await ask((gateway, signal) => gateway.get<Page<Item>>(path, { query, signal }));
      return (page?.items ?? [])
        .map((item) => candidate(value(item), about(item)))
        .filter((one) => IN_ONE_WORD.test(one.value));
    },
    async parameters(flow) {
      const path = `/workflows/${encodeURIComponent(flow)}`;
      const entry = await ask((gateway, signal) => gateway.get<FlowEntry>(path, { signal }));
      const fields = Object.entries(entry?.inputSchema.properties ?? {});
      return fields.map(([name, { description }]) => candidate(`--${kebab(name)}`, description));
    },
  };
}

/** Shells put a name into the line as it stands: nothing that a server calls a name may begin another command there. */
const IN_ONE_WORD = /^[\p{L}\p{N}_.:/@+=-]+$/u;

const candidate = (value: unknown, about: unknown): Candidate => ({
  value: String(value),
  about: typeof about === 'string' ? oneLine(about) : '',
});
