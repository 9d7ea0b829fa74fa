import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort } from '#libs/local-stack';
import type { MeasureContext } from '../measure.js';
import { emptyHome } from '../stack.js';
import { brokerBinary } from './own-broker.js';
import type { Broker } from './own-broker.js';

const NODES = 3;
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
const READY_WITHIN_MS = 30_000;
const LOOK_MS = 50;

interface Node {
  readonly name: string;
  readonly port: number;
  readonly routePort: number;
  readonly monitorPort: number;
}

/** Starts three brokers that keep three copies of everything that lasts. */
export async function ownCluster(context: MeasureContext): Promise<Broker> {
  const folders = await emptyHome(context);
  const { file } = await brokerBinary(folders);
  const nodes: Node[] = [];
  for (let nth = 1; nth <= NODES; nth++) {
    const [port, routePort, monitorPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    nodes.push({ name: `node-${nth}`, port, routePort, monitorPort });
  }
  for (const node of nodes) await launch(context, file, path.join(folders.home, node.name), node, nodes);
  await agreed(nodes);
  return { url: nodes.map(({ port }) => `nats://127.0.0.1:${port}`).join(','), replicas: NODES };
}

async function launch(
  { cleanup }: MeasureContext,
  file: string,
  home: string,
  { name, port, routePort, monitorPort }: Node,
  nodes: readonly Node[],
): Promise<void> {
  await mkdir(home, { recursive: true });
  const config = {
    server_name: name,
    listen: `127.0.0.1:${port}`,
    http: `127.0.0.1:${monitorPort}`,
    max_payload: MAX_PAYLOAD_BYTES,
    jetstream: { store_dir: home },
    cluster: {
      name: 'bench',
      listen: `127.0.0.1:${routePort}`,
      routes: nodes.map((node) => `nats-route://127.0.0.1:${node.routePort}`),
    },
  };
  const configFile = path.join(home, 'nats.conf');
  await writeFile(configFile, JSON.stringify(config));
  const log = await open(path.join(home, 'nats.log'), 'a');
  const server = spawn(file, ['--config', configFile], { stdio: ['ignore', log.fd, log.fd] });
  const exited = once(server, 'exit');
  cleanup.add(async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL');
    await exited;
    await log.close();
  });
}

/** Waits until one of them leads and both others follow it. */
async function agreed(nodes: readonly Node[]): Promise<void> {
  const patience = AbortSignal.timeout(READY_WITHIN_MS);
  for (;;) {
    const answers = await Promise.all(nodes.map((node) => followersOf(node)));
    if (answers.some((followers) => followers === NODES - 1)) return;
    patience.throwIfAborted();
    await pause(LOOK_MS);
  }
}

/** How many nodes follow this one and know all that it knows; none where it does not lead. */
async function followersOf({ name, monitorPort }: Node): Promise<number> {
  try {
    const answer = await fetch(`http://127.0.0.1:${monitorPort}/jsz`);
    const { meta_cluster } = (await answer.json()) as {
      meta_cluster?: { leader?: string; replicas?: readonly { current: boolean; offline?: boolean }[] };
    };
    if (meta_cluster?.leader !== name) return 0;
    return (meta_cluster.replicas ?? []).filter(({ current, offline }) => current && !offline).length;
  } catch {
    // It does not listen yet.
    return 0;
  }
}
