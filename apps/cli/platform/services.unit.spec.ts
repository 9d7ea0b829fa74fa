import { describe, expect, it } from '@jest/globals';
import { readAlerts, readRetention } from '#apps/audit';
import { readAccessEnv, readAllowedHosts } from '#apps/gateway';
import { readReplayAlways } from '#apps/orchestrator';
import { readServiceEnv } from '#libs/operations';
import { type Modules, startServices } from './services.js';

const options = {
  natsUrl: 'nats://x:1',
  mongoUri: 'mongodb://x/y',
  host: '127.0.0.1',
  port: 0,
  env: { A: '1' },
};

/** Services that note when they are closed and with what settings the scraper was started. */
function fakes(failing: Readonly<Record<string, string>> = {}) {
  const closed: string[] = [];
  const given: unknown[] = [];
  const configs = new Map<string, unknown>();
  const start =
    (name: string, extra: object = {}) =>
    async (config: unknown) => {
      configs.set(name, config);
      if (name === 'scraper') given.push(config);
      if (failing[name] !== undefined) throw new Error(failing[name]);
      return { ...extra, close: async () => void closed.push(name) };
    };
  const modules = {
    readServiceEnv,
    readAccessEnv,
    readAllowedHosts,
    readReplayAlways,
    readRetention,
    readAlerts,
    startGateway: start('gateway', { url: 'http://127.0.0.1:4711', port: 4711 }),
    startOrchestratorApp: start('orchestrator'),
    startScraper: start('scraper'),
    startDocuments: start('documents'),
    startApplier: start('applier'),
    startAudit: start('audit'),
  } as unknown as Modules;
  return { modules, closed, given, configs };
}

describe('the services of one process', () => {
  it('are closed in order: requests first, records last', async () => {
    const { modules, closed } = fakes();
    const services = await startServices(modules, options);
    expect(services).toMatchObject({ url: 'http://127.0.0.1:4711', port: 4711 });
    await services.close();
    expect(closed).toEqual(['gateway', 'orchestrator', 'scraper', 'documents', 'applier', 'audit']);
  });

  it('are all stopped when one does not start, and the failure names it', async () => {
    const { modules, closed } = fakes({ scraper: 'SOURCE_X_URL is no address' });
    await expect(startServices(modules, options)).rejects.toThrow(
      'scraper did not start: SOURCE_X_URL is no address',
    );
    expect(closed).toEqual(['gateway', 'orchestrator', 'documents', 'applier', 'audit']);
  });

  it('that fail for one reason are told of once', async () => {
    const { modules } = fakes({ scraper: 'no broker', audit: 'no broker' });
    await expect(startServices(modules, options)).rejects.toThrow(
      /^scraper, audit did not start: no broker$/,
    );
  });

  it('sign in to the database that the environment names, and to no other one', async () => {
    const { modules, given } = fakes();
    const env = {
      MONGODB_URI: options.mongoUri,
      MONGODB_USER: 'scraper',
      MONGODB_PASSWORD: 'env:WORD',
      WORD: 'a/b',
    };
    await startServices(modules, { ...options, env });
    await startServices(modules, { ...options, env: { ...env, MONGODB_URI: 'mongodb://elsewhere/y' } });
    expect(given).toMatchObject([{ mongoUri: 'mongodb://scraper:a%2Fb@x/y' }, { mongoUri: 'mongodb://x/y' }]);
  });

  it('ask the fixture boards where they are given, else what the environment says', async () => {
    const { modules, given } = fakes();
    await startServices(modules, options);
    await startServices(modules, { ...options, fixtureBoards: 'http://127.0.0.1:1' });
    expect(given).toEqual([
      expect.objectContaining({ settings: { A: '1' } }),
      expect.objectContaining({
        settings: expect.objectContaining({ A: '1', SOURCE_ARBEITNOW_URL: 'http://127.0.0.1:1/arbeitnow' }),
      }),
    ]);
  });

  it('are told what the environment says', async () => {
    const { modules, configs } = fakes();
    const env = {
      SHUTDOWN_GRACE_MS: '700',
      ACK_WAIT_MS: '5000',
      NATS_REPLICAS: '3',
      ALLOWED_HOSTS: 'hunt.example',
      REPLAY_ALWAYS: 'true',
      AUTH: 'off',
      RATE_LIMIT_PER_KEY: '7',
    };
    await startServices(modules, { ...options, env });
    const patience = { graceMs: 700, ackWaitMs: 5_000, replicas: 3 };
    for (const name of ['scraper', 'documents', 'applier', 'audit'])
      expect(configs.get(name)).toMatchObject(patience);
    expect(configs.get('gateway')).toMatchObject({
      ...{ allowedHosts: ['hunt.example'], replicas: 3 },
      ...{ auth: { mode: 'off' }, rateLimits: { perKey: 7 } },
    });
    expect(configs.get('orchestrator')).toEqual({
      natsUrl: 'nats://x:1',
      ackWaitMs: 5_000,
      replicas: 3,
      replayAlways: true,
    });
  });

  it('give the gateway a key for the command line of this machine, unless nobody is asked for one', async () => {
    const machine = { name: 'up here', keep: async () => undefined };
    const { modules, configs } = fakes();
    await startServices(modules, { ...options, machine });
    expect(configs.get('gateway')).toMatchObject({ auth: { mode: 'on', machine } });
    await startServices(modules, { ...options, machine, env: { AUTH: 'off' } });
    expect(configs.get('gateway')).toMatchObject({ auth: { mode: 'off' } });
  });

  it('are watched for a flow that blocks them all, where somebody brings the watchman along', async () => {
    const { modules, configs } = fakes();
    const watchdogScript = new URL('file:///watchdog-worker.js');
    await startServices(modules, { ...options, watchdogScript });
    expect(configs.get('orchestrator')).toEqual({
      natsUrl: 'nats://x:1',
      replayAlways: false,
      watchdogScript,
    });
  });

  it('are not started at all with a setting that makes no sense', async () => {
    const { modules, configs } = fakes();
    const env = { SHUTDOWN_GRACE_MS: 'abc', ACK_WAIT_MS: 'zzz' };
    await expect(startServices(modules, { ...options, env })).rejects.toMatchObject({
      code: 'operation/bad-environment',
      message: expect.stringMatching(/SHUTDOWN_GRACE_MS is "abc".*ACK_WAIT_MS is "zzz"/),
    });
    expect(configs.size).toBe(0);
  });

  it('are each asked to close, even after one that cannot', async () => {
    const { modules, closed } = fakes();
    const services = await startServices(
      {
        ...modules,
        startScraper: async () => ({ close: () => Promise.reject(new Error('stuck')) }),
      },
      options,
    );
    await expect(services.close()).rejects.toThrow('scraper did not stop cleanly: stuck');
    expect(closed).toEqual(['gateway', 'orchestrator', 'documents', 'applier', 'audit']);
  });
});
