import { describe, expect, it } from '@jest/globals';
import { quick } from './testing.fixtures.js';
import { toDeployment } from './to-deployment.js';

describe('toDeployment', () => {
  it('says everything that a deployment is, by the flow’s own name', () => {
    const schedule = { cron: '0 9 * * *', timeZone: 'Europe/Berlin' };
    expect(
      toDeployment(quick, { name: 'daily', parameters: { text: 'hi' }, schedule, overlap: 'queue' }),
    ).toEqual({
      flow: 'quick',
      name: 'daily',
      parameters: { text: 'hi' },
      tags: [],
      schedule,
      triggers: [],
      paused: false,
      concurrency: 1,
      overlap: 'queue',
      missed: 'latest',
      flags: {},
    });
  });

  it('refuses a schedule that cannot be', () => {
    expect(() => toDeployment(quick, { name: 'daily', schedule: { cron: '0 0 9 * * *' } })).toThrow(
      'it has 6 fields',
    );
  });
});
