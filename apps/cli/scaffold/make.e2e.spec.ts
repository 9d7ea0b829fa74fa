import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFolders } from '#libs/local-stack';
import { makeFlow, makeOperation, makeService, type Made } from './make.js';

const ROOT = process.cwd();
const COPIED = [
  ...['apps', 'libs', 'tools', 'package.json', 'tsconfig.json', 'jest.config.js', 'nest-cli.json'],
  ...['.swcrc', '.prettierrc.json', '.prettierignore', 'eslint.config.mjs'],
];
/** Checking types and lint of a tree takes its time on a machine that does other things too. */
const WITHIN_MS = 300_000;

let tree: string;
const made: Made[] = [];

beforeAll(async () => {
  tree = await realpath(await mkdtemp(path.join(tmpdir(), 'tree-')));
  for (const part of COPIED) await cp(path.join(ROOT, part), path.join(tree, part), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
}, WITHIN_MS);
afterAll(() => rm(tree, { recursive: true, force: true }));

const files = (ending: string): string[] =>
  made.flatMap(({ created, changed }) => [...created, ...changed]).filter((file) => file.endsWith(ending));

/** Runs a tool of the repository in the copy. Throws with all that it says where it fails. */
async function tool(script: string, ...args: string[]): Promise<string> {
  const { NATS_URL: _, ...env } = process.env;
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [path.join(tree, 'node_modules', script), ...args],
      { cwd: tree, env: { ...env, JOBHUNTER_CACHE: findFolders().cache }, maxBuffer: 2 ** 26 },
    );
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} ${args.join(' ')} went wrong:\n${stdout}${stderr}`, { cause: error });
  }
}

// Each step stands on the one before.
describe('what is made in a copy of this repository', () => {
  it('has contract, code and test in their rooms, and is named in the lists', async () => {
    made.push(await makeFlow(tree, 'tidy_up'));
    expect(made.at(-1)).toEqual({
      created: [
        'libs/contracts/hunt/flows/tidy-up.flow-contract.ts',
        'apps/orchestrator/flows/tidy-up.flow.ts',
        'apps/orchestrator/flows/tidy-up.flow.unit.spec.ts',
      ],
      changed: [
        'libs/contracts/hunt/index.ts',
        'libs/contracts/index.ts',
        'apps/orchestrator/flows/index.ts',
      ],
    });
    made.push(await makeOperation(tree, 'count_words', 'documents'));
    made.push(await makeService(tree, 'letter-box'));
    made.push(await makeOperation(tree, 'a_remarkably_long_name_for_posting_a_single_letter', 'letter_box'));
    expect(made.at(-1)!.changed).toEqual([
      'libs/contracts/letter-box/index.ts',
      'libs/contracts/index.ts',
      'apps/letter-box/letter-box.module.ts',
    ]);
  });

  it(
    'has right types',
    async () => {
      const config = {
        extends: './tsconfig.json',
        include: ['apps/**/*.d.ts', 'libs/**/*.d.ts'],
        files: files('.ts'),
      };
      await writeFile(path.join(tree, 'tsconfig.made.json'), JSON.stringify(config));
      expect(await tool('typescript/bin/tsc', '-p', 'tsconfig.made.json')).toBe('');
    },
    WITHIN_MS,
  );

  it(
    'passes lint, and is formatted like everything else',
    async () => {
      expect(await tool('eslint/bin/eslint.js', ...files('.ts'))).toBe('');
      const all = [...files('.ts'), 'nest-cli.json'];
      expect(await tool('prettier/bin/prettier.cjs', '--check', ...all)).toContain('All matched files');
    },
    WITHIN_MS,
  );

  it(
    'passes its own tests',
    async () => {
      const told = await tool('jest/bin/jest.js', ...files('.spec.ts'), '--selectProjects', 'unit', 'int');
      expect(told).toMatch(/Test Suites: 4 passed, 4 total/);
    },
    WITHIN_MS,
  );

  it('is never written over, and nothing is made by halves', async () => {
    const before = await readFile(path.join(tree, 'libs/contracts/index.ts'), 'utf8');
    await expect(makeFlow(tree, 'tidy-up')).rejects.toThrow(
      'the flow tidy_up is there already, in libs/contracts/hunt/flows/tidy-up.flow-contract.ts',
    );
    await expect(makeService(tree, 'letter_box')).rejects.toThrow('there is an app of that name');
    await writeFile(path.join(tree, 'apps/orchestrator/flows/sweep.flow.ts'), 'mine');
    await expect(makeFlow(tree, 'sweep')).rejects.toThrow(
      'apps/orchestrator/flows/sweep.flow.ts is there already, so nothing was made',
    );
    await writeFile(path.join(tree, 'apps/documents/documents.module.ts'), '// turned inside out');
    await expect(makeOperation(tree, 'count_lines', 'documents')).rejects.toThrow(
      /^nothing was made: in apps\/documents\/documents\.module\.ts there is no place for /,
    );
    expect(await readFile(path.join(tree, 'libs/contracts/index.ts'), 'utf8')).toBe(before);
    expect(await readFile(path.join(tree, 'apps/orchestrator/flows/sweep.flow.ts'), 'utf8')).toBe('mine');
    await expect(
      readFile(path.join(tree, 'libs/contracts/hunt/count-lines.contract.ts')),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['TidyUp', /^the flow "TidyUp": expected words of lower case letters and digits with _ between/],
    ['tidy up', /expected words of lower case/],
    ['../x', /expected words of lower case/],
    ['9lives', /expected words of lower case/],
    ['x'.repeat(65), /64 characters at most/],
    ['delete', /the name is a word of TypeScript/],
    ['scrape_jobs', /is there already, in libs\/contracts\/hunt\/flows\/scrape-jobs\.flow-contract\.ts/],
  ])('is not named %s', async (name, message) => {
    await expect(makeFlow(tree, name)).rejects.toThrow(message);
  });

  it('belongs to a service that there is', async () => {
    await expect(makeOperation(tree, 'count_lines', 'documnets')).rejects.toMatchObject({
      message: 'there is no service documnets; did you mean documents?',
      hint: expect.stringContaining('jobhunter new service documnets'),
    });
    await expect(makeOperation(tree, 'notify', 'applier')).rejects.toThrow(
      'the operation notify is there already',
    );
  });
});
