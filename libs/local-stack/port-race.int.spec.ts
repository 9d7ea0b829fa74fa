import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findFolders } from './folders.js';
import { findFreePort } from './free-port.js';
import { resolveServer } from './resolve-server.js';
import { mongodKind, natsServerKind } from './server-kind.js';
import { type ServerPlan, startServer, stopServers } from './server-process.js';

let home: string;
const squatters: net.Server[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(process.env['TEST_SERVERS_HOME'] ?? os.tmpdir(), 'own-'));
});
afterEach(async () => {
  await stopServers(home);
  for (const squatter of squatters.splice(0)) await once(squatter.close(), 'close');
  await rm(home, { recursive: true, force: true });
});

async function takePort(port: number): Promise<void> {
  const squatter = net.createServer().listen(port, '127.0.0.1');
  squatters.push(squatter);
  await once(squatter, 'listening');
}

const SERVERS = [
  {
    kind: natsServerKind(findFolders()),
    readyLine: /Server is ready/,
    args: (port: number) => ['--addr', '127.0.0.1', '--port', String(port)],
  },
  {
    kind: mongodKind(findFolders()),
    readyLine: /Waiting for connections/,
    args: (port: number) => [
      ...['--dbpath', path.join(home, 'data'), '--port', String(port)],
      ...['--bind_ip', '127.0.0.1', '--nounixsocket'],
    ],
  },
];

describe.each(SERVERS)('$kind.name on a port that another process has', ({ kind, readyLine, args }) => {
  async function planOf(port: number | undefined, before: ServerPlan['args']): Promise<ServerPlan> {
    const { PATH } = process.env;
    const say = (): void => undefined;
    const found = await resolveServer(kind, { cache: findFolders().cache, env: { PATH }, say });
    if (found.kind !== 'binary') throw new Error('a binary was to be found');
    const dataDir = path.join(home, 'data');
    await mkdir(dataDir);
    return {
      ...{ name: kind.name, binary: found, home, dataDir, port, readyLine, say },
      args: before,
      ready: async () => undefined,
    };
  }

  it('goes on with another one where any would do', async () => {
    const tried: number[] = [];
    const plan = await planOf(undefined, async (port) => {
      tried.push(port);
      // Between the look for a free port and the start of the server.
      if (tried.length === 1) await takePort(port);
      return args(port);
    });
    const server = await startServer(plan);
    expect(tried).toHaveLength(2);
    expect(server.port).toBe(tried[1]);
  });

  it('tells of it where that very port was asked for', async () => {
    const asked = await findFreePort();
    await takePort(asked);
    const plan = await planOf(asked, async (port) => args(port));
    await expect(startServer(plan)).rejects.toMatchObject({
      portTaken: expect.stringMatching(/address already in use/i),
      message: expect.stringMatching(/for its port is taken: .*address already in use/i),
    });
  });
});
