import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs `jobhunter` against a gateway as a person would; gives what it answers as JSON. Throws where it fails. */
export async function jobhunter(
  gatewayUrl: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(process.cwd(), 'dist', 'apps', 'cli', 'main.js'), '--json', '--url', gatewayUrl, ...args],
    { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } },
  );
  return JSON.parse(stdout);
}
