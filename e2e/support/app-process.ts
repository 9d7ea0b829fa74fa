import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export type AppName = 'orchestrator' | 'scraper' | 'documents' | 'applier' | 'audit' | 'gateway';

/** One app as a process of its own, as it is deployed. */
export class AppProcess {
  readonly lines: string[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(
    readonly name: AppName,
    private readonly child: ChildProcess,
  ) {
    this.exited = once(child, 'exit');
  }

  /** Starts `node dist/apps/<name>/main.js` and resolves once it says that it is ready. */
  static start(name: AppName, env: NodeJS.ProcessEnv, root = '.'): Promise<AppProcess> {
    return AppProcess.run(name, join(root, 'dist', 'apps', name, 'main.js'), env);
  }

  /** Starts any script of this project that says when it is ready, under the name of an app. */
  static async run(name: AppName, script: string, env: NodeJS.ProcessEnv): Promise<AppProcess> {
    const child = spawn(process.execPath, [resolve(script)], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const app = new AppProcess(name, child);
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => {
          app.lines.push(line);
          if (line === `${name} is ready`) resolve();
        });
      }
      child.once('exit', (code, signal) =>
        reject(new Error(`${name} ended (${code ?? signal}):\n${app.lines.join('\n')}`)),
      );
    });
    await ready;
    return app;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when it has ended by itself. */
  async gone(): Promise<void> {
    await this.exited;
  }

  /** Ends it as a power cut would. */
  async kill9(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end; resolves with its exit code, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await this.exited;
    }
    return this.child.exitCode ?? this.child.signalCode!;
  }
}
