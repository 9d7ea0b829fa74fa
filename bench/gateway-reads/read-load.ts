import { Pool } from 'undici';
import type { Child } from '../processes/child.js';
import type { GatewayAt, Used } from '../processes/gateway.js';

/** Connections that are kept open, each with one read under way. */
const PARALLEL = 32;

export interface Reads {
  /** Asked one after the other, again and again. */
  readonly paths: readonly string[];
  readonly count: number;
}

/** Reads from servers in processes of their own, and tells what a second of their CPU comes to. */
export class ReadLoad {
  private constructor(
    private readonly server: Child,
    private readonly pool: Pool,
    private readonly key: string,
  ) {}

  static async on(server: Child): Promise<ReadLoad> {
    const { url, key } = await server.ask<GatewayAt>('where');
    return new ReadLoad(server, new Pool(url, { connections: PARALLEL }), key);
  }

  /** Gives reads for each second of CPU that the server's process has used. Throws where a read is refused. */
  async readsPerCpuSecond({ paths, count }: Reads): Promise<number> {
    const { cpuMs: before } = await this.server.ask<Used>('used');
    let left = count;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await this.read(paths[left % paths.length] ?? '/');
    };
    await Promise.all(Array.from({ length: PARALLEL }, lane));
    const { cpuMs: after } = await this.server.ask<Used>('used');
    return (count * 1_000) / (after - before);
  }

  async text(path: string): Promise<string> {
    const { statusCode, body } = await this.pool.request({
      ...{ method: 'GET', path },
      ...(this.key ? { headers: { authorization: `Bearer ${this.key}` } } : {}),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: ${text}`);
    return text;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async read(path: string): Promise<void> {
    await this.text(path);
  }
}
