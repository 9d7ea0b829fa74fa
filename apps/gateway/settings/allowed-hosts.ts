import { isIP } from 'node:net';
import { EnvironmentError } from '#libs/operations';

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

/** Tells whether a text is an IP address or could be a host name, without a port. */
export const isHost = (text: string): boolean => isIP(text) !== 0 || HOST_NAME.test(text);

/**
 * Reads ALLOWED_HOSTS: names with commas between, undefined where there is none. Throws EnvironmentError with a
 * sentence for each that is wrong.
 */
export function readAllowedHosts(
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] | undefined {
  const names = (env['ALLOWED_HOSTS'] ?? '').split(',').flatMap((name) => name.trim() || []);
  const wrong = names.filter((name) => !isHost(name));
  if (wrong.length > 0)
    throw new EnvironmentError(
      wrong.map(
        (name) =>
          `ALLOWED_HOSTS holds ${JSON.stringify(name)}; expected host names or IP addresses without a port, with commas between`,
      ),
    );
  return names.length > 0 ? names : undefined;
}
