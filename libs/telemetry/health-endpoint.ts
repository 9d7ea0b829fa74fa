import { createServer } from 'node:http';

/**
 * Answers 200 on every path as long as the process turns, for container health checks. `port` is the text of a
 * setting. Throws Error with one sentence when it is no port, or in use.
 */
export async function serveHealth(
  service: string,
  port: string,
  host = '127.0.0.1',
): Promise<{ close(): Promise<void> }> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error(`HEALTH_PORT is ${JSON.stringify(port)}; expected a number from 0 to 65535`);
  }
  const body = JSON.stringify({ status: 'ok', service });
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'application/json').end(body),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Error(
          `HEALTH_PORT ${port} cannot be used: ${cause.code === 'EADDRINUSE' ? 'another process has it' : cause.message}`,
          { cause },
        ),
      ),
    );
    server.listen(Number(port), host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
