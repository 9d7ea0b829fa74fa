import { spawn } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { OwnProcess } from './own-process.js';

export interface NodeSettings {
  readonly name: string;
  readonly binary: string;
  readonly home: string;
  readonly port: number;
  /** Ports on which the nodes of a cluster find each other, this one's first; none for a single broker. */
  readonly routes: readonly number[];
}

const READY_WITHIN_MS = 30_000;

/** One nats-server, whose data and port outlive its process. */
export class BrokerNode {
  private process: OwnProcess | undefined;

  constructor(readonly settings: NodeSettings) {}

  get url(): string {
    return `nats://127.0.0.1:${this.settings.port}`;
  }

  get running(): OwnProcess | undefined {
    return this.process?.lives ? this.process : undefined;
  }

  /** Starts it on its data; resolves once it says that it is ready. */
  async start(): Promise<void> {
    const { name, binary, home } = this.settings;
    const folder = path.join(home, name);
    await mkdir(folder, { recursive: true });
    const configFile = path.join(folder, 'nats.conf');
    await writeFile(configFile, this.config(path.join(folder, 'data')));
    const child = spawn(binary, ['--config', configFile], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const process = new OwnProcess(child);
    this.process = process;
    const log = await open(path.join(folder, 'broker.log'), 'a');
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${name} was not ready in time`)), READY_WITHIN_MS);
      createInterface(child.stderr).on('line', (line) => {
        log.appendFile(`${line}\n`).catch(() => undefined);
        if (line.includes('Server is ready')) resolve();
      });
      void process.exited.then(async () => {
        clearTimeout(late);
        await log.close();
        reject(new Error(`${name} ended (${process.end})`));
      });
    });
  }

  /** A configuration of nats-server, whose format takes JSON. */
  private config(storeDir: string): string {
    const { name, port, routes } = this.settings;
    return JSON.stringify({
      server_name: name,
      listen: `127.0.0.1:${port}`,
      max_payload: 8 * 1024 * 1024,
      jetstream: { store_dir: storeDir },
      ...(routes.length > 0
        ? {
            cluster: {
              name: 'chaos',
              listen: `127.0.0.1:${routes[0]}`,
              routes: routes.slice(1).map((route) => `nats://127.0.0.1:${route}`),
            },
          }
        : {}),
    });
  }
}
