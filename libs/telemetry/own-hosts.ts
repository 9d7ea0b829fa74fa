import { BlockList, isIP } from 'node:net';

const PRIVATE = new BlockList();
PRIVATE.addSubnet('127.0.0.0', 8);
PRIVATE.addSubnet('10.0.0.0', 8);
PRIVATE.addSubnet('172.16.0.0', 12);
PRIVATE.addSubnet('192.168.0.0', 16);
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/**
 * Tells whether a host is one of ours: on this machine, in a private network, or a bare name as containers have it.
 * Others get no trace headers: what is traced here is nobody's business there.
 */
export function isOwnHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const family = isIP(name);
  if (family !== 0) return PRIVATE.check(name, family === 6 ? 'ipv6' : 'ipv4');
  return !name.includes('.') || /\.(localhost|local|internal)$/.test(name);
}
