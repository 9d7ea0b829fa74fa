import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { findFolders, stopServers } from '#libs/local-stack';

const run = promisify(execFile);
const ROOT = process.cwd();
const PACKAGE = '@jobhunter/platform';

/** Packs the platform as it is built; gives the tarball. */
export async function packPlatform(folder: string): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(ROOT, 'scripts', 'pack.mjs'), folder]);
  return stdout.trim();
}

/** A project in a folder of its own, made as a guide says, with what was packed in place of what a registry has. */
export class GuideProject {
  private constructor(
    readonly folder: string,
    private readonly guide: string,
    private readonly tarball: string,
  ) {}

  /** Makes an empty folder, and packs the platform. */
  static async begin(guide: string): Promise<GuideProject> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'project-')));
    const text = await readFile(path.join(ROOT, 'docs', 'guides', guide), 'utf8');
    return new GuideProject(folder, text, await packPlatform(folder));
  }

  /** Writes the files that the guide shows; gives their names. */
  async writeFiles(): Promise<string[]> {
    const files = [...this.guide.matchAll(/```\w+ title="([^"]+)"\n([^]*?)```/g)];
    for (const [, name = '', content = ''] of files) {
      const file = path.join(this.folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return files.map(([, name = '']) => name);
  }

  /** The commands under a heading of the guide, one a line, without those that make the folder and go there. */
  commands(heading: string): string[] {
    const section = this.guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
    return [...section.matchAll(/```sh\n([^]*?)```/g)]
      .flatMap(([, lines = '']) => lines.trim().split('\n'))
      .filter((line) => !line.startsWith('mkdir '));
  }

  /** Runs a command in the project; gives what it prints. Throws with all of its output where it fails. */
  async run(command: string): Promise<string> {
    const said = command.replace(`install ${PACKAGE}`, `install ${this.tarball}`);
    try {
      const { stdout } = await run('sh', ['-c', said], { cwd: this.folder, env: this.env });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} went wrong:\n${stdout}${stderr}`, { cause: error });
    }
  }

  /** Starts a program of the project, and ends it once it has printed its first line; gives both. */
  async endAfterFirstLine(
    signal: NodeJS.Signals,
    script: string,
    ...args: string[]
  ): Promise<{ readonly line: string; readonly code: number | null }> {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit');
    const line = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', () => reject(new Error(`${script} ended before it printed anything`)));
    });
    child.kill(signal);
    await gone;
    return { line, code: child.exitCode };
  }

  async remove(): Promise<void> {
    await stopServers(path.join(this.folder, '.jobhunter'));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The broker is the project's own; its binary is the one that this repository has obtained. */
  private get env(): NodeJS.ProcessEnv {
    const { NATS_URL: _, ...env } = process.env;
    return {
      ...env,
      JOBHUNTER_CACHE: findFolders().cache,
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      npm_config_fund: 'false',
    };
  }
}
