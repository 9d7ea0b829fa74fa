import { BlockList, isIP } from 'node:net';

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Tells whether only this machine reaches what listens on an address. */
export function isLoopback(address: string): boolean {
  // Asked of every request: the usual ones without taking them apart.
  if (LOOPBACK_NAMES.includes(address)) return true;
  const version = isIP(address);
  if (version === 0) return bare(address) === 'localhost';
  return loopback.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Names the hosts that requests may be meant for: the usual names of loopback, the address that is listened on,
 * and what is allowed beside them. Undefined means any: beyond loopback nobody can know by which names the
 * machine goes, unless they are told.
 */
export function namesFor(
  address: string,
  allowed: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (!isLoopback(address) && allowed === undefined) return undefined;
  return new Set([...LOOPBACK_NAMES, address, ...(allowed ?? [])].map(bare));
}

/** Gives the name in a header Host, without its port. */
export function nameIn(header: string): string {
  return bare(header.replace(/:\d*$/, ''));
}

/** Lower case, without the brackets of IPv6 and the dot of the root. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
