import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GuideProject } from './support/guide-project.js';

let project: GuideProject;

/** Packing, installing and compiling take their time on a machine that does other things too. */
const WITHIN_MS = 300_000;

beforeAll(async () => {
  project = await GuideProject.begin('first-flow.md');
}, WITHIN_MS);
afterAll(() => project.remove());

// Each step stands on the one before, as in the guide.
describe('an empty project, with the platform from its packed file', () => {
  it(
    'is set up as the guide says, without anything of this repository',
    async () => {
      for (const command of project.commands('A project')) await project.run(command);
      const manifest = await readFile(path.join(project.folder, 'package.json'), 'utf8');
      expect(JSON.parse(manifest)).toMatchObject({
        type: 'module',
        dependencies: { '@jobhunter/platform': expect.stringMatching(/^file:.*\.tgz$/) },
      });
    },
    WITHIN_MS,
  );

  it(
    'compiles the code of the guide, with the types of the packages checked too',
    async () => {
      expect(await project.writeFiles()).toEqual(
        expect.arrayContaining(['tsconfig.json', 'src/greet.flow.ts', 'src/main.ts', 'src/greet.test.ts']),
      );
      expect(await project.run('npx tsc --skipLibCheck false')).toBe('');
    },
    WITHIN_MS,
  );

  it(
    'runs its first flow on a broker of its own',
    async () => {
      const said: string[] = [];
      for (const command of project.commands('A run')) said.push(await project.run(command));
      expect(said.join('')).toMatch(/^run [\w-]+\nHello, Ada!\n$/);
    },
    WITHIN_MS,
  );

  it(
    'goes on with a run whose process was killed',
    async () => {
      const { line } = await project.endAfterFirstLine('SIGKILL', 'dist/main.js', 'Grace');
      expect(line).toMatch(/^run [\w-]+$/);
      expect(await project.run('node dist/main.js Grace')).toBe(`${line}\nHello, Grace!\n`);
    },
    WITHIN_MS,
  );

  it(
    'serves a deployment until it is asked to end',
    async () => {
      expect(await project.endAfterFirstLine('SIGTERM', 'dist/serve.js')).toEqual({
        line: 'serving greet/every-morning; Ctrl-C ends it',
        code: 0,
      });
    },
    WITHIN_MS,
  );

  it(
    'passes its test, without a broker',
    async () => {
      const said: string[] = [];
      for (const command of project.commands('A test')) said.push(await project.run(command));
      expect(said.join('')).toMatch(/# pass 1\n# fail 0\n/);
    },
    WITHIN_MS,
  );
});
