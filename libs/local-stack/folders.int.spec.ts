import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFolders } from './folders.js';

let folder: string;
const script = process.argv[1]!;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'folders-')));
  // The script lies in the project that is looked for.
  process.argv[1] = path.join(folder, 'dist', 'main.js');
  await put('dist/main.js');
});
afterEach(async () => {
  process.argv[1] = script;
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, content: object | string = ''): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const at = (...parts: string[]): string => path.join(folder, ...parts);

describe('the folders', () => {
  it('of a project that holds the platform lie in it, named after it', async () => {
    await put('package.json', { name: 'my-shop' });
    await put('tools/go.mod');
    expect(findFolders({}, folder)).toEqual({ root: folder, home: at('.my-shop'), cache: at('.cache') });
    expect(findFolders({ MY_SHOP_HOME: at('data'), MY_SHOP_CACHE: at('cache') }, folder)).toEqual({
      root: folder,
      home: at('data'),
      cache: at('cache'),
    });
  });

  it('of a project that has installed the platform lie in it, with the pins in the package', async () => {
    const installed = at('node_modules', '@jobhunter', 'platform');
    await put('package.json', { name: 'my-shop' });
    await put('node_modules/@jobhunter/platform/package.json', { name: '@jobhunter/platform' });
    await put('node_modules/@jobhunter/platform/tools/go.mod');
    expect(findFolders({}, folder)).toEqual({
      root: installed,
      home: at('.jobhunter'),
      cache: at('node_modules', '.cache', '@jobhunter', 'platform'),
    });
    expect(findFolders({ JOBHUNTER_HOME: at('data') }, folder).home).toBe(at('data'));
  });

  it('are looked for above the script first, then above the working directory', async () => {
    expect(() => findFolders({}, at('elsewhere'))).toThrow(
      `neither a project with tools/go.mod nor one with @jobhunter/platform installed lies above ${at('dist')} or ${at('elsewhere')}`,
    );
    await put('elsewhere/package.json', { name: 'other' });
    await put('elsewhere/tools/go.mod');
    expect(findFolders({}, at('elsewhere', 'deep')).root).toBe(at('elsewhere'));
  });
});
