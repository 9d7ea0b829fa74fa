import net from 'node:net';

const LONGEST_WORDS = 128;

/** A proxy before a broker, which does what a bad network or a process that is stopped does to those behind it. */
export interface CuttingProxy {
  /** The broker's address by way of the proxy, with the same user. */
  readonly url: string;
  /** From now on what the broker says goes nowhere. */
  muffle(): void;
  /** The same from when a client says this; resolves when it is about to be passed on. */
  muffleAt(words: string): Promise<void>;
  /** Holds back everything in both directions until `thaw`, and breaks nothing. */
  freeze(): void;
  thaw(): void;
  /** Breaks all connections; new ones pass again. */
  cut(): void;
  close(): Promise<void>;
}

export async function cuttingProxy(brokerUrl: string): Promise<CuttingProxy> {
  const { hostname, port, username, password } = new URL(brokerUrl);
  const sockets = new Set<net.Socket>();
  let muffled = false;
  let frozen = false;
  let awaited: { readonly words: string; readonly heard: () => void } | undefined;
  const hear = (said: string): void => {
    if (!awaited || !said.includes(awaited.words)) return;
    muffled = true;
    awaited.heard();
    awaited = undefined;
  };
  const server = net.createServer((client) => {
    const broker = net.connect(Number(port), hostname);
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      let before = '';
      from.on('data', (bytes) => {
        if (from === client && awaited) {
          const said = before + bytes.toString('latin1');
          hear(said);
          // What is waited for may come in two pieces.
          before = said.slice(-LONGEST_WORDS);
        }
        if (from === client || !muffled) to.write(bytes);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (frozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as net.AddressInfo;
  const thaw = (): void => {
    frozen = false;
    for (const socket of sockets) socket.resume();
  };
  const cut = (): void => {
    muffled = false;
    for (const socket of [...sockets]) socket.destroy();
    thaw();
  };
  return {
    url: `nats://${username ? `${username}:${password}@` : ''}127.0.0.1:${address.port}`,
    muffle: () => {
      muffled = true;
    },
    muffleAt: (words) => new Promise((heard) => (awaited = { words, heard })),
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw,
    cut,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
