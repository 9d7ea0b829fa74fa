// Packs the platform's libraries, as they are built in dist/, into one tarball that other projects install:
//   node scripts/pack.mjs [folder]     (dist/packages unless said; prints the tarball's path)
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { emitDeclarations } from './package/declarations.mjs';
import { DOORS, SHARED } from './package/doors.mjs';
import { reachedFiles } from './package/reached-files.mjs';

const NAME = '@jobhunter/platform';
const PINS = ['go.mod', 'go.sum', 'nats-server.requirements.txt', 'mongod.requirements.txt'];

const root = path.resolve(import.meta.dirname, '..');
const target = path.resolve(process.argv[2] ?? path.join(root, 'dist/packages'));
const stage = await mkdtemp(path.join(os.tmpdir(), 'package-'));
try {
  const built = Object.values(DOORS).map((door) => path.join(root, 'dist', door, 'index.js'));
  const { files, packages, packagesLater } = await reachedFiles(built);
  for (const file of files) await copyBuilt(file);
  const sources = Object.values(DOORS).map((door) => path.join(root, door, 'index.ts'));
  emitDeclarations({ root, entries: sources, outDir: stage });
  for (const pin of PINS) await put(path.join(root, 'tools', pin), path.join('tools', pin));
  await put(path.join(root, 'LICENSE'), 'LICENSE');
  await put(path.join(root, 'scripts/package/README.md'), 'README.md');
  const manifest = await manifestOf(packages, packagesLater);
  await writeFile(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await mkdir(target, { recursive: true });
  console.log(path.join(target, await pack()));
} finally {
  await rm(stage, { recursive: true, force: true });
}

async function copyBuilt(file) {
  const place = path.join(stage, path.relative(path.join(root, 'dist'), file));
  await mkdir(path.dirname(place), { recursive: true });
  // Source maps would lead to sources that are not there.
  await writeFile(place, (await readFile(file, 'utf8')).replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'));
}

async function put(file, place) {
  await mkdir(path.dirname(path.join(stage, place)), { recursive: true });
  await copyFile(file, path.join(stage, place));
}

async function manifestOf(packages, packagesLater) {
  const { version, license, engines, dependencies } = JSON.parse(
    await readFile(path.join(root, 'package.json'), 'utf8'),
  );
  const versions = (names) =>
    Object.fromEntries(
      [...names].sort().map((name) => {
        if (dependencies[name] === undefined) throw new Error(`package.json names no version of ${name}`);
        return [name, dependencies[name]];
      }),
    );
  return {
    name: NAME,
    version,
    description: 'Durable flows on NATS JetStream: flows, tasks, operations, deployments, and a test kit.',
    license,
    type: 'module',
    engines,
    sideEffects: true,
    exports: {
      ...Object.fromEntries(Object.entries(DOORS).map(([name, door]) => [name, `./${door}/index.js`])),
      './package.json': './package.json',
    },
    imports: { '#libs/*': './libs/*/index.js' },
    dependencies: versions([...packages].filter((name) => !SHARED.includes(name))),
    peerDependencies: versions([...SHARED, ...packagesLater]),
    peerDependenciesMeta: Object.fromEntries(
      [...packagesLater].sort().map((name) => [name, { optional: true }]),
    ),
  };
}

async function pack() {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', target];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: stage, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout)[0].filename;
}
