import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const APPS = ['gateway', 'orchestrator', 'scraper', 'documents', 'applier', 'audit'];
const OWNERS = ['scraper', 'documents', 'applier', 'audit'];

describe('docker-compose.yml', () => {
  interface Service {
    readonly environment: Readonly<Record<string, string>>;
    readonly secrets: readonly string[];
    readonly read_only: boolean;
    readonly command?: string | readonly string[];
    readonly healthcheck?: { readonly test?: readonly string[] };
    readonly build: { readonly args: { readonly APP: string } };
  }
  const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
    secrets: Readonly<Record<string, { file: string }>>;
  };

  it.each(APPS)('has %s sign in under its own name, on a root that cannot be written', (app) => {
    const { environment, secrets, read_only, build } = compose.services[app]!;
    expect({ user: environment['NATS_USER'], read_only, app: build.args.APP }).toEqual({
      user: app,
      read_only: true,
      app,
    });
    expect(environment['MONGODB_USER']).toBe(OWNERS.includes(app) ? app : undefined);
    for (const [name, value] of Object.entries(environment))
      if (name.endsWith('_FILE')) expect(secrets.map((secret) => `/run/secrets/${secret}`)).toContain(value);
  });

  it('has every secret drawn by make-secrets.sh', () => {
    const script = readFileSync(path.resolve('deploy', 'make-secrets.sh'), 'utf8');
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./deploy/secrets/${name}`);
      const [kind = '', who = ''] = name.split('-');
      expect(script).toMatch(
        who === 'key'
          ? /mongo-key/
          : new RegExp(`for user in [a-z ]*\\b${who}\\b[a-z ]*; do draw "${kind}-\\$user"`),
      );
    }
  });

  it('puts no password into a command line, where everybody on the machine can read it', () => {
    for (const [name, { command = [], healthcheck }] of Object.entries(compose.services)) {
      const lines = [...[command].flat(), ...(healthcheck?.test ?? [])];
      // As a variable of its environment it is read by the process itself.
      const shown = lines.filter((line) =>
        /(?<!MONGODB_ADMIN_URI="[^"]*)\$\(cat /.test(line.replaceAll('$$', '$')),
      );
      expect({ name, shown }).toEqual({ name, shown: [] });
    }
  });
});
