import net from 'node:net';

/** A proxy for specs, which can lose the broker's answers as a broken network does. */
export interface CuttingProxy {
  readonly url: string;
  /** From now on what the broker says goes nowhere. */
  muffle(): void;
  /** Breaks all connections; new ones pass again. */
  cut(): void;
  close(): Promise<void>;
}

export async function cuttingProxy(brokerUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(brokerUrl);
  const sockets = new Set<net.Socket>();
  let muffled = false;
  const server = net.createServer((client) => {
    const broker = net.connect(Number(port), hostname);
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(broker);
    broker.on('data', (bytes) => {
      if (!muffled) client.write(bytes);
    });
    broker.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as net.AddressInfo;
  const cut = (): void => {
    muffled = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `nats://127.0.0.1:${address.port}`,
    muffle: () => {
      muffled = true;
    },
    cut,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
