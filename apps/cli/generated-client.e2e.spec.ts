import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { type AllServices, startAllServices } from './testing/all-services.js';
import { CLIENT_PROGRAM } from './testing/client-program.js';

const run = promisify(execFile);

let services: AllServices;
let folder: string;

beforeAll(async () => {
  services = await startAllServices();
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'client-')));
  await symlink(path.join(process.cwd(), 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => path.join(folder, name);

/** Compiles a program as somebody's build would; gives what the compiler finds wrong with it. */
function compile(file: string): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.join(process.cwd(), 'node_modules', '@types')],
  };
  const program = ts.createProgram([file], options);
  const found = ts.getPreEmitDiagnostics(program).map(({ messageText, file: where, start = 0 }) => {
    const line = where ? where.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${path.basename(where?.fileName ?? '')}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  program.emit();
  return found;
}

it('makes a client of the served document that compiles, and that calls every part of the gateway', async () => {
  const { url } = services.gateway;
  const maker = path.join(process.cwd(), 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
  await writeFile(at('package.json'), '{"type":"module"}');
  await run(process.execPath, [maker, `${url}/docs-json`, '--output', at('api.ts')]);
  await writeFile(at('program.ts'), CLIENT_PROGRAM);
  expect(compile(at('program.ts'))).toEqual([]);
  expect(await readFile(at('api.ts'), 'utf8')).toContain('export interface operations');

  const { stdout } = await run(process.execPath, [at('program.js'), url]);
  expect(JSON.parse(stdout)).toEqual({
    health: 'ok',
    operations: true,
    flows: true,
    profile: [1, 1],
    jobs: ['TypeScript engineer', true, 1, 1, 1],
    documents: ['success', 'cv', true],
    sources: [true, 0],
    applications: 0,
    run: ['completed', true, true, true],
    parts: [true, true, 'daily_job_processing', 0],
    records: [true, 0, null],
    analytics: [true, true],
    state: [true, 7],
    triggers: ['order.*', true, 'order-1'],
    refused: {
      unsigned: '401 gateway/bad-signature',
      unknown: '404 gateway/unknown-run',
      wrong: '400 gateway/bad-query',
      body: '422 gateway/invalid-body',
    },
  });
});
