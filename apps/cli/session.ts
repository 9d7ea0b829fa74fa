import type { Command } from 'commander';
import { findFolders, type Folders } from '#libs/local-stack';
import { GatewayClient } from './gateway/gateway-client.js';
import { readInstance } from './platform/instance.js';
import { UsageError } from './terminal/cli-error.js';
import { ExitCode } from './terminal/exit-code.js';
import type { Terminal } from './terminal/terminal.js';

export const DEFAULT_PORT = 3000;

/** Options that every command understands. */
export interface GlobalOptions {
  readonly url?: string;
  readonly user?: string;
  readonly json?: boolean;
}

/** What the process that runs the program brings along. */
export interface Surroundings {
  readonly now?: () => number;
  /** The module of the thread that sees when a flow blocks this process; nobody watches where it is left out. */
  readonly watchdogScript?: URL;
}

/** What one call of the program shares: where it writes, which server it speaks to, how it will end. */
export class Session {
  exitCode: ExitCode = ExitCode.ok;
  readonly now: () => number;
  readonly watchdogScript: URL | undefined;

  constructor(
    readonly terminal: Terminal,
    { now = Date.now, watchdogScript }: Surroundings = {},
  ) {
    this.now = now;
    this.watchdogScript = watchdogScript;
  }

  /** Finds the server: `--url`, JOBHUNTER_URL, the one that `up` started under this home, the usual port. */
  async gateway(command: Command): Promise<GatewayClient> {
    const { url, user } = command.optsWithGlobals<GlobalOptions>();
    const { env } = this.terminal;
    const named = url ?? (env['JOBHUNTER_URL'] || undefined);
    const address =
      named === undefined
        ? ((await readInstance(this.folders().home))?.url ?? `http://127.0.0.1:${DEFAULT_PORT}`)
        : checkedAddress(named, url === undefined ? 'JOBHUNTER_URL' : '--url');
    return new GatewayClient(address, user ?? (env['JOBHUNTER_USER'] || undefined));
  }

  folders(): Folders {
    return findFolders(this.terminal.env);
  }

  wantsJson(command: Command): boolean {
    return command.optsWithGlobals<GlobalOptions>().json === true;
  }

  /** Gives an answer: as JSON for programs, drawn for people. */
  answer(command: Command, data: unknown, draw: () => string): void {
    this.terminal.print(this.wantsJson(command) ? JSON.stringify(data, null, 2) : draw());
  }

  /** Says something to people that is no part of the answer. */
  remark(command: Command, text: string): void {
    if (this.wantsJson(command)) this.terminal.note(text);
    else this.terminal.print(text);
  }
}

function checkedAddress(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`${from} ${text}: expected an address such as http://127.0.0.1:${DEFAULT_PORT}`);
  }
  return url.href.replace(/\/$/, '');
}
