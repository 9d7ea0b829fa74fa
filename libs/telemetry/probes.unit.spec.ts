import { describe, expect, it } from '@jest/globals';
import { isProbe } from './probes.js';

describe('a probe', () => {
  it.each(['/health', '/health/ready', '/live', '/ready?from=x', '/metrics'])(
    'is told by its path: %s',
    (url) => {
      expect(isProbe(url, 3000, {})).toBe(true);
    },
  );

  it('is whatever comes to the health port', () => {
    expect(isProbe('/', 8090, { HEALTH_PORT: '8090' })).toBe(true);
  });

  it.each(['/', '/flow-runs', '/healthy', '/operations/metrics'])('is not %s elsewhere', (url) => {
    expect(isProbe(url, 3000, { HEALTH_PORT: '8090' })).toBe(false);
    expect(isProbe(url, undefined, {})).toBe(false);
  });
});
