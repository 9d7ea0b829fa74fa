// Unpacks the Chromium that the tests drive: @sparticuz/chromium packs one that needs nothing of the machine, for
// Linux on x64. Elsewhere the tests take a Chromium of the machine, and leave out what needs one where there is none.
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { findFolders } from '#libs/local-stack';

const NAME = '@sparticuz/chromium';

// The machine's own libraries come first: what is packed fills in those that it lacks.
const starter = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:$here/al2023/lib"
[ -d /etc/fonts ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
`;

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`browser: ${NAME} holds none for ${process.platform} on ${process.arch}`);
} else {
  try {
    await obtain();
  } catch (error) {
    // Without it the tests that need one are left out, and say so.
    console.log(`browser: none of our own here: ${error.message}`);
  }
}

async function obtain() {
  const { version } = JSON.parse(
    await readFile(new URL(`../node_modules/${NAME}/package.json`, import.meta.url)),
  );
  const all = path.join(findFolders().cache, 'browser');
  const own = path.join(all, version);
  if (await exists(path.join(own, 'run'))) return;
  console.log(`browser: unpacking Chromium from ${NAME} ${version}`);
  await mkdir(all, { recursive: true });
  const fresh = await mkdtemp(path.join(all, 'unpacking-'));
  try {
    // The package unpacks into the folder for temporary files, and brings its libraries only where it takes the
    // machine for a bare one.
    const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const ask = `(await import('${NAME}')).default.executablePath()`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `await ${ask}`], { env, cwd });
    await writeFile(path.join(fresh, 'run'), starter);
    await chmod(path.join(fresh, 'run'), 0o755);
    await promisify(execFile)(path.join(fresh, 'run'), ['--version']);
    await rename(fresh, own).catch(async (error) => {
      if (!(await exists(path.join(own, 'run')))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  for (const old of await readdir(all))
    if (old !== version) await rm(path.join(all, old), { recursive: true, force: true });
}

async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
