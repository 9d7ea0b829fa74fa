const PROBED = /^\/(?:health|live|ready|metrics)(?:[/?]|$)/;

/**
 * Tells whether a request looks after the process instead of asking something of it: on its health port, or by path.
 * They come every few seconds, and their traces would hide all others.
 */
export function isProbe(
  url: string,
  port: number | undefined,
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  return PROBED.test(url) || (port !== undefined && String(port) === env['HEALTH_PORT']);
}
