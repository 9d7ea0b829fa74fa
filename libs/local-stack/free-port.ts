import { once } from 'node:events';
import net from 'node:net';

/** Gives a TCP port on loopback that was free a moment ago; whoever binds it later may still lose it. */
export async function findFreePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
