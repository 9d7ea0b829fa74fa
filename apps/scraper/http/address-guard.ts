import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { isPrivateAddress } from '#libs/public-network';
import { AddressRefusedError } from './http-errors.js';

/** Parses an address that may be asked. Throws AddressRefusedError on anything but http(s) without credentials. */
export function webUrl(text: string): URL {
  if (!URL.canParse(text)) throw new AddressRefusedError(text, 'it is no web address');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AddressRefusedError(text, `only http and https are, not ${url.protocol.replace(':', '')}`);
  if (url.username || url.password) throw new AddressRefusedError(url.host, 'it carries a user name');
  return url;
}

/** Refuses an address whose host is a literal private IP; names are checked when they are resolved. */
export function assertPublicLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && isPrivateAddress(host))
    throw new AddressRefusedError(url.href, 'it lies in a private network');
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Resolves a host name like dns.lookup, but fails when it leads into a private network. */
export function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.some(({ address }) => isPrivateAddress(address)))
      return callback(new AddressRefusedError(hostname, 'its name leads into a private network'), []);
    const first = addresses[0];
    if (options.all || !first) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
}
