import type { Command } from 'commander';
import { type ServerStatus, serverStatus } from '#libs/local-stack';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Health } from '../gateway/resources.js';
import { ProblemError } from '../gateway/errors.js';
import { type Instance, readInstance } from '../platform/instance.js';
import type { Session } from '../session.js';
import { sentenceOf } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { instant } from '../terminal/format.js';
import { table } from '../terminal/table.js';
import { examples } from './list-options.js';

interface PartStatus {
  readonly part: string;
  readonly running: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  readonly version: string | null;
  readonly health: string;
  readonly since: string | null;
}

export function addStatusCommand(program: Command, session: Session): void {
  examples(
    program
      .command('status')
      .description('Show what runs on this machine: process, port, version and health of each part')
      .action((_options: unknown, command: Command) => showStatus(session, command)),
    'status',
    'status --json',
  );
}

async function showStatus(session: Session, command: Command): Promise<void> {
  const { home } = session.folders();
  const [instance, servers] = await Promise.all([readInstance(home), serverStatus(home)]);
  const health = instance?.phase === 'ready' ? await healthOf(instance) : undefined;
  const parts = [
    ...servers.map((server) => serverPart(server, health)),
    ...(instance === undefined ? [] : serviceParts(instance, health)),
  ];
  const running = instance !== undefined;
  const answer = {
    running,
    phase: instance?.phase ?? null,
    url: instance?.url ?? null,
    home,
    logFile: instance?.logFile ?? null,
    fixtures: instance?.fixtures ?? null,
    parts,
  };
  const well = running && parts.every((part) => part.health === 'ok' || part.health === 'running');
  if (!well) session.exitCode = ExitCode.failed;
  session.answer(command, answer, () => draw(parts, instance, home, session));
}

async function healthOf({ url }: Instance): Promise<Health | string> {
  try {
    return await new GatewayClient(url).get<Health>('/health', { signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    if (!(error instanceof ProblemError)) return sentenceOf(error);
    // A gateway that is down answers 503 with the same body.
    const told = error.problem as unknown as Partial<Health>;
    return told.dependencies === undefined
      ? sentenceOf(error)
      : { status: 'down', dependencies: told.dependencies };
  }
}

const DEPENDENCY_OF: Readonly<Record<string, string>> = { 'nats-server': 'broker', mongod: 'database' };

function serverPart(server: ServerStatus, health: Health | string | undefined): PartStatus {
  const seen = typeof health === 'object' ? health.dependencies[DEPENDENCY_OF[server.name] ?? ''] : undefined;
  return {
    part: server.name,
    running: server.alive,
    pid: server.alive ? server.pid : null,
    port: server.alive ? server.port : null,
    version: server.version,
    health: server.alive ? tell(seen ?? { status: 'running' }) : `gone: process ${server.pid} has ended`,
    since: server.alive ? server.startedAt : null,
  };
}

function serviceParts(instance: Instance, health: Health | string | undefined): PartStatus[] {
  const { pid, version, startedAt, phase, port } = instance;
  const names = instance.services.length > 0 ? instance.services : ['services'];
  return names.map((name) => ({
    part: name,
    running: true,
    pid,
    port: name === 'gateway' ? port : null,
    version,
    health: phase === 'starting' ? 'starting' : healthOfService(name, health),
    since: startedAt,
  }));
}

function healthOfService(name: string, health: Health | string | undefined): string {
  if (typeof health !== 'object')
    return name === 'gateway' ? (health ?? 'unknown') : 'unknown: the gateway does not answer';
  if (name === 'gateway') return health.status;
  return tell(health.dependencies[name] ?? { status: 'running' });
}

function tell({ status, reason }: { readonly status: string; readonly reason?: string }): string {
  return reason === undefined ? status : `${status}: ${reason}`;
}

function draw(
  parts: readonly PartStatus[],
  instance: Instance | undefined,
  home: string,
  { terminal }: Session,
): string {
  const lines: string[] = [];
  if (parts.length > 0) {
    lines.push(
      table(
        [
          { head: 'PART', value: (part) => part.part },
          { head: 'PROCESS', value: (part) => part.pid, align: 'right' },
          { head: 'PORT', value: (part) => part.port, align: 'right' },
          { head: 'VERSION', value: (part) => part.version },
          {
            head: 'HEALTH',
            value: (part) => part.health,
            shrink: true,
            paint: (text, { health }) => terminal.style(/^(ok|running)/.test(health) ? 'green' : 'red', text),
          },
          { head: 'SINCE', value: (part) => instant(part.since) },
        ],
        parts,
        terminal,
      ),
      '',
    );
  }
  if (instance === undefined) lines.push(`JobHunter is not running under ${home}. Start it: jobhunter up`);
  else {
    const boards = instance.fixtures ? 'the bundled fixture boards' : 'the real boards';
    lines.push(`${instance.url} asks ${boards}; data under ${home}; log in ${instance.logFile}`);
  }
  return lines.join('\n');
}
