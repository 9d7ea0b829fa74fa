import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HaltError } from '#libs/operations';

/** Somebody else listens on the port already. */
export class PortInUseError extends HaltError {
  constructor(
    readonly host: string,
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(
      'gateway/port-in-use',
      `port ${port} on ${host} is in use; end the program that holds it, or set PORT to another one`,
      options,
    );
  }
}

/** The address is not one of this machine's, or may not be listened on. */
export class AddressError extends HaltError {
  constructor(host: string, port: number, why: string, options?: ErrorOptions) {
    super('gateway/bad-address', `the gateway cannot listen on ${host} port ${port}: ${why}`, options);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'the address is not one of this machine',
  EACCES: 'the system does not allow it',
  ENOTFOUND: 'there is no such host',
};

/** Listens, and gives the port that was taken. Throws PortInUseError or AddressError. */
export async function listen(app: NestFastifyApplication, host: string, port: number): Promise<number> {
  try {
    await app.init();
    // Not by Nest's listen, which logs the failure a second time, with a stack.
    await app.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRINUSE') throw new PortInUseError(host, port, { cause: error });
    throw new AddressError(host, port, REASONS[code] ?? String(error), { cause: error });
  }
  const address = app.getHttpServer().address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
