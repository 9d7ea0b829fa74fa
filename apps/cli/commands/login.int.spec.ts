import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identifySelf } from '#libs/local-stack';
import { ExitCode, runCli } from '../index.js';
import { instanceFile } from '../platform/instance.js';
import { machineKeyFile } from '../platform/machine-key.js';
import { type CaptureOptions, captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

const KEY = `jh_0a1b_${'k'.repeat(43)}`;
const MACHINE_KEY = `jh_admin1_${'m'.repeat(43)}`;
const KIM = {
  ...{ userId: 'kim', method: 'key', role: 'member', permissions: ['*:read'], actingUser: null },
  ...{ key: { id: '0a1b', name: 'laptop' }, expiresAt: null },
};

let folder: string;
let gateway: FakeGateway;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'login-'));
  gateway = await startFakeGateway();
  gateway.on('GET /me', { body: KIM });
  gateway.on('GET /keys', { body: { items: [], nextCursor: null } });
  env = { HOME: folder, JOBHUNTER_HOME: path.join(folder, 'home') };
});
afterEach(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

async function jobhunter(args: string, options: CaptureOptions = {}) {
  const terminal = captureTerminal({ ...options, env: { ...env, ...options.env } });
  const code = await runCli(args.split(' '), terminal);
  return { code, out: terminal.stdout(), err: terminal.stderr() };
}

const lastAsked = () => gateway.requests.at(-1)?.headers.authorization;
const config = () => path.join(folder, '.config', 'jobhunter', 'servers.json');
const login = (more = '') =>
  jobhunter(`login --url ${gateway.url} --key - ${more}`.trim(), { input: `${KEY}\n` });

/** As if `up` ran under the home. */
async function pretendUp(url = gateway.url): Promise<void> {
  await mkdir(env['JOBHUNTER_HOME']!, { recursive: true });
  const instance = { ...(await identifySelf()), phase: 'ready', url, port: 1, services: [] };
  await writeFile(instanceFile(env['JOBHUNTER_HOME']!), JSON.stringify(instance));
  await writeFile(machineKeyFile(env['JOBHUNTER_HOME']!), `${MACHINE_KEY}\n`);
}

describe('login', () => {
  it('keeps a key that the server takes, for the person alone, and commands use it from then on', async () => {
    const { code, out } = await login();
    expect(code).toBe(ExitCode.ok);
    expect(out).toContain('You are kim (member)');
    expect(out).not.toContain(KEY);
    expect((await stat(config())).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(config()))).mode & 0o777).toBe(0o700);
    expect((await jobhunter('keys ls')).code).toBe(ExitCode.ok);
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
  });

  it('asks for the key where nobody sees it', async () => {
    const { code, err } = await jobhunter(`login --url ${gateway.url}`, { secret: KEY });
    expect(code).toBe(ExitCode.ok);
    expect(err).toContain('not shown');
    expect(err).not.toContain(KEY);
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
  });

  it('keeps nothing that the server does not take', async () => {
    gateway.on('GET /me', {
      status: 401,
      body: { status: 401, code: 'gateway/unknown-key', detail: 'the key is not known here' },
    });
    const { code, err } = await login();
    expect(code).toBe(ExitCode.failed);
    expect(err).toContain('the key is not known here');
    expect(err).toContain('jobhunter login');
    await expect(readFile(config())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [`login --key ${KEY}`, {}, '--key takes only -'],
    ['login', {}, 'nobody is there to type the key'],
    ['login --key -', { input: '\n' }, 'no key was given'],
    ['login --key - --profile a/b', { input: KEY }, '"a/b" is no name for a server'],
    ['login --key - --profile local', { input: KEY }, '"local" is no name for a server'],
  ] as const)('says what is wrong with %s', async (args, options, said) => {
    const { code, err } = await jobhunter(`${args} --url ${gateway.url}`, options);
    expect(code).toBe(ExitCode.usage);
    expect(err).toContain(said);
  });

  it('warns of an address where everybody on the way can read the key', async () => {
    const { err } = await jobhunter('login --url http://hunt.invalid --key -', { input: KEY });
    expect(err).toContain('warning: the key goes to http://hunt.invalid as it is');
    for (const url of ['https://hunt.invalid', gateway.url])
      expect((await jobhunter(`login --url ${url} --key -`, { input: KEY })).err).not.toContain('warning');
  });

  it('takes no address that holds a password, nor a key that no header can hold, and shows neither', async () => {
    const address = await jobhunter('login --url http://sam:sesame@127.0.0.1:9 --key -', { input: KEY });
    expect(address).toMatchObject({ code: ExitCode.usage, err: expect.stringContaining('without user and') });
    expect(address.err).not.toContain('sesame');
    const key = await jobhunter(`login --url ${gateway.url} --key -`, { input: 'sesame\nopen' });
    expect(key).toMatchObject({ code: ExitCode.failed, err: expect.stringContaining('authorization') });
    expect(key.err).not.toContain('sesame');
  });

  it('goes nowhere that the server sends on to, and tells where that is', async () => {
    gateway.on('GET /me', (_request, response) => {
      response.writeHead(301, { location: 'https://hunt.invalid/me' }).end();
      return undefined;
    });
    const { code, err } = await login();
    expect(code).toBe(ExitCode.unreachable);
    expect(err).toContain('sends on to https://hunt.invalid/me');
  });

  it('calls a server by its address where no name is given', async () => {
    const { out } = await jobhunter(`login --url ${gateway.url} --key - --json`, { input: KEY });
    expect(JSON.parse(out)).toMatchObject({ name: gateway.url.slice('http://'.length).replace(':', '-') });
  });

  it('says so where there is no place to keep the key', async () => {
    const { code, err } = await jobhunter(`login --url ${gateway.url} --key -`, {
      input: KEY,
      env: { HOME: '' },
    });
    expect(code).toBe(ExitCode.failed);
    expect(err).toContain('JOBHUNTER_CONFIG');
  });

  it('names the file that cannot be read', async () => {
    await login();
    await writeFile(config(), '{"servers"');
    const { code, err } = await jobhunter('whoami');
    expect(code).toBe(ExitCode.failed);
    expect(err).toContain(config());
  });
});

describe('several servers', () => {
  it('are listed, chosen and forgotten by name', async () => {
    await login('--profile work');
    await login('--profile home');
    const listed = await jobhunter('server ls --json');
    expect(JSON.parse(listed.out)).toEqual({
      current: 'home',
      items: ['work', 'home'].map((name) => ({
        ...{ name, url: gateway.url, userId: 'kim', loggedIn: true },
        current: name === 'home',
      })),
    });
    expect(listed.out).not.toContain(KEY);
    expect((await jobhunter('server use work')).out).toContain('Commands speak to work');
    await jobhunter('server rm work');
    expect(JSON.parse((await jobhunter('server ls --json')).out)).toMatchObject({ current: null });
    expect((await jobhunter('server use wrok')).code).toBe(ExitCode.notFound);
  });

  it('are meant by --profile, which says what was probably meant', async () => {
    await login('--profile work');
    await jobhunter('server use local');
    await jobhunter('--profile work whoami');
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
    const { code, err } = await jobhunter('--profile wrk whoami');
    expect(code).toBe(ExitCode.notFound);
    expect(err).toContain('did you mean work?');
    expect((await jobhunter(`--profile work --url ${gateway.url} whoami`)).code).toBe(ExitCode.usage);
  });

  it('get the key of the profile that is named, whatever the environment holds for another', async () => {
    await login('--profile work');
    const env = { JOBHUNTER_KEY: 'jh_said' };
    await jobhunter('--profile work whoami', { env });
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
    for (const more of [{}, { JOBHUNTER_PROFILE: 'work' }]) {
      await jobhunter('whoami', { env: { ...env, ...more } });
      expect(lastAsked()).toBe('Bearer jh_said');
    }
  });

  it('get the key of whom one speaks for at present, where one address has several', async () => {
    await login('--profile kim');
    const other = `jh_0a1c_${'o'.repeat(43)}`;
    await jobhunter(`login --url ${gateway.url} --profile ann --key -`, { input: other });
    await jobhunter(`whoami --url ${gateway.url}`);
    expect(lastAsked()).toBe(`Bearer ${other}`);
    await jobhunter('server use kim');
    await jobhunter(`whoami --url ${gateway.url}`);
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
  });

  it('get only the key that was given for them', async () => {
    await login();
    const other = await startFakeGateway();
    other.on('GET /me', { body: KIM });
    await jobhunter(`whoami --url ${other.url}`);
    expect(other.requests.at(-1)?.headers.authorization).toBeUndefined();
    await jobhunter(`whoami --url ${other.url}`, { env: { JOBHUNTER_KEY: 'jh_said' } });
    expect(other.requests.at(-1)?.headers.authorization).toBe('Bearer jh_said');
    await jobhunter(`whoami --url ${gateway.url.replace('127.0.0.1', 'localhost')}`);
    expect(lastAsked()).toBe(`Bearer ${KEY}`);
    await other.close();
  });
});

describe('the server that `up` started', () => {
  it('is spoken to with the key that `up` keeps, which goes nowhere else', async () => {
    await pretendUp();
    await jobhunter('whoami');
    expect(lastAsked()).toBe(`Bearer ${MACHINE_KEY}`);
    await pretendUp('http://127.0.0.1:9');
    await jobhunter(`whoami --url ${gateway.url}`);
    expect(lastAsked()).toBeUndefined();
  });

  it('takes nobody for its administrator who has logged out of a profile', async () => {
    await pretendUp();
    await login('--profile kim');
    expect((await jobhunter('logout --profile kim')).out).toContain('is forgotten on this machine');
    await jobhunter('--profile kim whoami');
    expect(lastAsked()).toBeUndefined();
    await jobhunter('whoami');
    expect(lastAsked()).toBe(`Bearer ${MACHINE_KEY}`);
    expect((await jobhunter('logout --profile kim')).out).toContain('No key is kept');
  });
});

describe('whoami', () => {
  it.each([
    [{}, 'the key 0a1b (laptop)'],
    [{ method: 'token', key: null }, 'a token'],
    [{ method: 'off', key: null }, 'AUTH=off'],
    [{ actingUser: 'ann' }, 'ann'],
  ])('tells how the server knows who asks: %j', async (over, said) => {
    gateway.on('GET /me', { body: { ...KIM, ...over } });
    expect((await jobhunter(`whoami --url ${gateway.url}`)).out).toContain(said);
  });
});

describe('keys', () => {
  const made = {
    ...{
      id: '0a1b',
      name: 'laptop',
      userId: 'kim',
      role: 'member',
      permissions: ['*:read'],
      status: 'active',
    },
    ...{ createdAt: '2026-11-21T12:00:00.000Z', expiresAt: null, lastUsedAt: null, key: KEY },
  };
  const run = (args: string) => jobhunter(`${args} --url ${gateway.url}`);

  it('are made for somebody, and shown once', async () => {
    gateway.on('POST /keys', { status: 201, body: made });
    const { out } = await run('keys create laptop --role member --for kim --expires-in-days 9');
    expect(out).toContain(KEY);
    expect(out).toContain('only time');
    expect(gateway.requests.at(-1)?.body).toEqual({
      name: 'laptop',
      role: 'member',
      userId: 'kim',
      expiresInDays: 9,
    });
    await run('keys create wall --permission jobs:read --permission audit:read');
    expect(gateway.requests.at(-1)?.body).toEqual({ name: 'wall', permissions: ['jobs:read', 'audit:read'] });
  });

  it.each([
    'keys create x',
    'keys create x --role member --permission jobs:read',
    'keys create x --role king',
  ])('are not made by %s', async (args) => {
    expect((await run(args)).code).toBe(ExitCode.usage);
  });

  it('are listed, given a new secret and revoked', async () => {
    gateway.on('GET /keys', { body: { items: [made], nextCursor: null } });
    gateway.on('POST /keys/0a1b/rotate', { body: made });
    gateway.on('DELETE /keys/0a1b', { body: { ...made, status: 'revoked' } });
    expect((await run('keys ls --all')).out).toMatch(/0a1b +laptop +kim +member +active/);
    expect(gateway.requests.at(-1)?.query).toEqual({ all: 'true' });
    expect((await run('keys rotate 0a1b --grace-seconds 60')).out).toContain(KEY);
    expect(gateway.requests.at(-1)?.body).toEqual({ graceSeconds: 60 });
    expect((await run('keys revoke 0a1b')).out).toBe('The key 0a1b (laptop) is revoked.');
  });

  it('that may do too little are told of with what to do', async () => {
    const problem = { status: 403, code: 'gateway/forbidden', detail: 'kim may not do this' };
    gateway.on('GET /keys', { status: 403, body: problem });
    const { code, err } = await run('keys ls');
    expect(code).toBe(ExitCode.failed);
    expect(err).toContain('jobhunter whoami');
  });
});
