import { execFile } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a program and gives what it printed on both channels. Rejects with its last lines when it fails. */
export type RunCommand = (file: string, args: readonly string[], options?: CommandOptions) => Promise<string>;

export const runCommand: RunCommand = (file, args, options = {}) =>
  new Promise((resolve, reject) => {
    const settings = {
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.timeoutMs ?? 0,
      maxBuffer: 16 * 1024 * 1024,
    };
    execFile(file, [...args], settings, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout + stderr);
      const said = stderr.trim().split('\n').slice(-3).join(' | ');
      const why = error.code === 'ENOENT' ? `${file} is not installed` : said || error.message;
      reject(new Error(why, { cause: error }));
    });
  });
