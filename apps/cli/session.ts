import type { Command } from 'commander';
import { findFolders, type Folders } from '#libs/local-stack';
import { GatewayClient } from './gateway/gateway-client.js';
import { findServer, type Server } from './servers/find-server.js';
import { ExitCode } from './terminal/exit-code.js';
import type { Terminal } from './terminal/terminal.js';

export { DEFAULT_PORT } from './servers/find-server.js';

/** Options that every command understands. */
export interface GlobalOptions {
  readonly url?: string;
  readonly profile?: string;
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

  /** Makes a client for the server that is meant; see findServer. */
  async gateway(command: Command): Promise<GatewayClient> {
    const { url, key } = await this.server(command);
    const { user } = command.optsWithGlobals<GlobalOptions>();
    return new GatewayClient(url, user ?? (this.terminal.env['JOBHUNTER_USER'] || undefined), key);
  }

  server(command: Command): Promise<Server> {
    const { url, profile } = command.optsWithGlobals<GlobalOptions>();
    return findServer({ url, profile, env: this.terminal.env, home: this.folders().home });
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
