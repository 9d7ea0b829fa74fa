import { describe, expect, it } from '@jest/globals';
import { ProcessHealth } from './process-health.js';
import { checksUnder, readinessOf } from './readiness.js';

const never = new Promise<undefined>(() => undefined);

describe('readiness', () => {
  it('is given when every check is content', async () => {
    const checks = { broker: () => undefined, database: async () => undefined };
    expect(await readinessOf('mailer', checks)).toEqual({
      status: 'ready',
      service: 'mailer',
      missing: [],
      checks: { broker: { status: 'ok' }, database: { status: 'ok' } },
    });
  });

  it('says of each check what is missing: told, thrown, or not said in time', async () => {
    const checks = {
      broker: () => 'it is away',
      catalog: () => {
        throw new Error('nobody knows');
      },
      database: () => never,
      readers: () => undefined,
    };
    expect(await readinessOf('mailer', checks, 1)).toEqual({
      status: 'not ready',
      service: 'mailer',
      missing: ['broker: it is away', 'catalog: nobody knows', 'database: no answer within 1 ms'],
      checks: {
        broker: { status: 'down', reason: 'it is away' },
        catalog: { status: 'down', reason: 'nobody knows' },
        database: { status: 'down', reason: 'no answer within 1 ms' },
        readers: { status: 'ok' },
      },
    });
  });

  it('tells services of one process apart', async () => {
    const checks = {
      ...checksUnder('a', { broker: () => 'away' }),
      ...checksUnder('b', { broker: () => undefined }),
    };
    expect((await readinessOf('all', checks)).missing).toEqual(['a.broker: away']);
  });
});

describe('a process', () => {
  it('is ready from the end of its start to the beginning of its end', async () => {
    const health = new ProcessHealth('mailer');
    expect([health.hasStarted, (await health.readiness()).missing]).toEqual([
      false,
      ['start: it is starting'],
    ]);
    health.started({});
    expect([health.hasStarted, (await health.readiness()).status]).toEqual([true, 'ready']);
    health.stopping();
    expect((await health.readiness()).missing).toEqual(['stop: it is shutting down']);
  });
});
