import type { AuthSettings, MachineKey } from '#apps/gateway';
import { asService, checksUnder } from '#libs/telemetry';
import type { Checks, Hosted } from '#libs/telemetry';
import { FailedError, sentenceOf } from '../terminal/cli-error.js';
import { catcherSettings } from './catcher-settings.js';
import { closeAll, type Part } from './close-all.js';
import { fixtureSettings } from './fixture-settings.js';
import { FURTHER_SERVICES } from './further-services.js';
import { serversEnv } from './servers-env.js';

export interface ServicesOptions {
  readonly natsUrl: string;
  readonly mongoUri: string;
  readonly host: string;
  readonly port: number;
  /** Base address of the fixture job boards, where the sources are to be asked there. */
  readonly fixtureBoards?: string;
  /** Address of the mail catcher, where no mail is to leave this machine. */
  readonly mailCatcher?: string;
  readonly env: NodeJS.ProcessEnv;
  /** The administrator's key of the command line on this machine. */
  readonly machine?: MachineKey;
  /**
   * The module of the thread that sees when a flow blocks. It halts the run and kills the process, and all services
   * with it. Without it they would be no better off: on a blocked thread none answers, not even Ctrl-C, and the run
   * would block each start anew. Broker and database have processes of their own, which the next `up` takes over.
   */
  readonly watchdogScript?: URL;
}

export interface RunningServices {
  readonly url: string;
  readonly port: number;
  readonly names: readonly string[];
  /** What each of them needs, under its name. */
  readonly checks: Checks;
  close(): Promise<void>;
}

/** The code of all services, loaded. */
export type Modules = Awaited<ReturnType<typeof loadServices>>;

/** Loads the code of all services; takes longer than starting them, so it is begun before their servers are up. */
export async function loadServices() {
  const [gateway, orchestrator, scraper, documents, applier, audit, { readServiceEnv }] = await Promise.all([
    import('#apps/gateway'),
    import('#apps/orchestrator'),
    import('#apps/scraper'),
    import('#apps/documents'),
    import('#apps/applier'),
    import('#apps/audit'),
    import('#libs/operations'),
  ]);
  return { ...gateway, ...orchestrator, ...scraper, ...documents, ...applier, ...audit, readServiceEnv };
}

/**
 * Starts every service in this process, all at once, for none needs another to start. When one fails, the
 * others are closed again and the error names the one that failed. Throws EnvironmentError before any is started
 * where a setting that all of them share makes no sense.
 */
export async function startServices(modules: Modules, options: ServicesOptions): Promise<RunningServices> {
  const { natsUrl, host, port, fixtureBoards, mailCatcher, env, watchdogScript, machine } = options;
  const { mongoUri, access, graceMs, ackWaitMs, replicas } = modules.readServiceEnv(
    serversEnv(env, options),
    {
      mongo: true,
    },
  );
  const allowedHosts = modules.readAllowedHosts(env);
  const who = modules.readAccessEnv(env, host);
  const auth = withMachineKey(who.auth, machine);
  const replayAlways = modules.readReplayAlways(env);
  const retention = modules.readRetention(env);
  const alerts = modules.readAlerts(env);
  const copies = { ...(access ? { access } : {}), ...(replicas === undefined ? {} : { replicas }) };
  const takeover = { ...(ackWaitMs === undefined ? {} : { ackWaitMs }), ...copies };
  const patience = { graceMs, ...takeover };
  const watched = watchdogScript === undefined ? {} : { watchdogScript };
  const settings = {
    ...env,
    ...(fixtureBoards === undefined ? {} : fixtureSettings(fixtureBoards)),
    ...(mailCatcher === undefined ? {} : catcherSettings(mailCatcher)),
  };
  let address = { url: '', port };
  // In the order of closing: who takes requests first, who records what the others did last.
  const starts: readonly (readonly [string, () => Promise<Hosted>])[] = [
    [
      'gateway',
      async () => {
        const gateway = await modules.startGateway({
          natsUrl,
          host,
          port,
          allowedHosts,
          ...copies,
          ...who,
          hookSecrets: env,
          ...(auth ? { auth } : {}),
        });
        address = gateway;
        return gateway;
      },
    ],
    ['orchestrator', () => modules.startOrchestratorApp({ natsUrl, replayAlways, ...takeover, ...watched })],
    ['scraper', () => modules.startScraper({ nats: natsUrl, mongoUri, settings, ...patience })],
    ['documents', () => modules.startDocuments({ nats: natsUrl, mongoUri, settings, ...patience })],
    ['applier', () => modules.startApplier({ nats: natsUrl, mongoUri, settings, ...patience })],
    ...FURTHER_SERVICES.map(
      ({ name, load }) => [name, async () => (await load())({ nats: natsUrl, ...patience })] as const,
    ),
    ['audit', () => modules.startAudit({ natsUrl, mongoUri, ...patience, retention, alerts })],
  ];
  const results = await Promise.allSettled(starts.map(([name, start]) => asService(name, start)));

  const running: Part[] = [];
  let checks: Checks = {};
  const failed = new Map<string, string[]>();
  const causes: unknown[] = [];
  results.forEach((result, index) => {
    const name = starts[index]?.[0] ?? '';
    if (result.status === 'fulfilled') {
      running.push({ name, close: () => result.value.close() });
      checks = { ...checks, ...checksUnder(name, result.value.checks ?? {}) };
    } else {
      const reason = sentenceOf(result.reason);
      failed.set(reason, [...(failed.get(reason) ?? []), name]);
      causes.push(result.reason);
    }
  });
  if (failed.size > 0) {
    await closeAll(running);
    const told = [...failed].map(([reason, names]) => `${names.join(', ')} did not start: ${reason}`);
    throw new FailedError(told.join('\n'), 'see `jobhunter doctor`', { cause: new AggregateError(causes) });
  }
  return {
    ...address,
    names: running.map(({ name }) => name),
    checks,
    async close() {
      const problems = await closeAll(running);
      if (problems.length > 0) {
        const told = problems.map(({ name, error }) => `${name} did not stop cleanly: ${sentenceOf(error)}`);
        throw new FailedError(told.join('\n'), undefined, { cause: problems[0]?.error });
      }
    },
  };
}

const withMachineKey = (
  auth: AuthSettings | undefined,
  machine: MachineKey | undefined,
): AuthSettings | undefined =>
  auth?.mode === 'off' || machine === undefined ? auth : { mode: 'on', ...auth, machine };
