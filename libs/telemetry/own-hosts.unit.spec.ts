import { describe, expect, it } from '@jest/globals';
import { isOwnHost } from './own-hosts.js';

describe('a host', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.1.2.3',
    '172.20.0.5',
    '192.168.1.1',
    'mongo',
    'api.default.svc.local',
  ])('is ours: %s', (host) => expect(isOwnHost(host)).toBe(true));

  it.each(['board.example', '8.8.8.8', '172.32.0.1', '2001:db8::1', 'localhost.example'])(
    'is a stranger’s: %s',
    (host) => expect(isOwnHost(host)).toBe(false),
  );
});
