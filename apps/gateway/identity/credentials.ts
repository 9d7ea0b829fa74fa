import type { IncomingHttpHeaders } from 'node:http';
import { malformedCredentials, noCredentials } from './errors.js';

const LONGEST = 8_192;
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Reads the key or token out of the header Authorization. Throws UnauthenticatedError. Source: RFC 6750. */
export function credentialsOf({ authorization }: IncomingHttpHeaders): string {
  if (authorization === undefined || authorization.trim() === '') throw noCredentials();
  const [scheme = '', token, ...more] = authorization.trim().split(/ +/);
  if (scheme.toLowerCase() !== 'bearer')
    throw malformedCredentials(`has the scheme ${JSON.stringify(scheme.slice(0, 20))}, expected Bearer`);
  if (token === undefined) throw malformedCredentials('holds nothing behind Bearer');
  if (more.length > 0) throw malformedCredentials('holds more than one word behind Bearer');
  if (token.length > LONGEST) throw malformedCredentials(`is longer than ${LONGEST} characters`);
  if (!TOKEN.test(token)) throw malformedCredentials('holds characters that no key or token has');
  return token;
}
