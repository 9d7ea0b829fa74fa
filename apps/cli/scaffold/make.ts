import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { closest } from '#libs/closest-name';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';
import { applyChanges, type Change } from './apply-changes.js';
import { namesOf, type Names } from './names.js';
import { newFlow } from './new-flow.js';
import { newOperation, type ServicePlace } from './new-operation.js';
import { newService } from './new-service.js';

/** What was made and what was added to, as paths under the root. */
export interface Made {
  readonly created: readonly string[];
  readonly changed: readonly string[];
}

/** Makes a flow: contract, code and test. Throws UsageError on a name that cannot be, FailedError where one is there. */
export async function makeFlow(root: string, name: string): Promise<Made> {
  const names = namesOf(name, 'the flow');
  assertNew(root, 'flow', names, '.flow-contract.ts');
  return make(root, newFlow(names));
}

/** Makes an operation of a service: contract, handler and test. Throws NotFoundError where there is no such service. */
export async function makeOperation(root: string, name: string, service: string): Promise<Made> {
  const names = namesOf(name, 'the operation');
  assertNew(root, 'operation', names, '.contract.ts');
  return make(root, newOperation(names, placeOf(root, namesOf(service, 'the service'))));
}

/** Makes a service with one operation: an app that starts with the others. */
export async function makeService(root: string, name: string): Promise<Made> {
  const names = namesOf(name, 'the service');
  if (existsSync(path.join(root, 'apps', names.kebab)))
    throw new UsageError(`the service ${name}: there is an app of that name`);
  return make(root, newService(names));
}

async function make(root: string, changes: readonly Change[]): Promise<Made> {
  await applyChanges(root, changes);
  const files = [...new Set(changes.map(({ file }) => file))];
  await format(root, files);
  const created = changes.flatMap((change) => ('content' in change ? [change.file] : []));
  return { created, changed: files.filter((file) => !created.includes(file)) };
}

/** Lines that have become too long are broken as everywhere else. */
async function format(root: string, files: readonly string[]): Promise<void> {
  const prettier = path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
  if (existsSync(prettier))
    await promisify(execFile)(process.execPath, [prettier, '--write', ...files], { cwd: root });
}

/** Finds where the contracts of a service are listed. */
function placeOf(root: string, service: Names): ServicePlace {
  const contracts = path.join(root, 'libs', 'contracts');
  const domains = existsSync(contracts)
    ? readdirSync(contracts, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  const lists = domains.flatMap(({ name: domain }) => {
    const text = textOf(path.join(contracts, domain, 'index.ts'));
    return [...text.matchAll(/^export const ([A-Z0-9_]+)_CONTRACTS\b[^=]*= \[/gm)].map(([, upper = '']) => {
      return { domain, upper, app: upper.toLowerCase().replaceAll('_', '-') };
    });
  });
  const services = lists.filter(({ app }) => existsSync(path.join(root, 'apps', app, `${app}.module.ts`)));
  const found = services.find(({ upper }) => upper === service.upper);
  if (found) return { service, domain: found.domain };
  const known = services.map(({ app }) => app);
  const meant = closest(service.kebab, known);
  throw new NotFoundError(
    `there is no service ${service.kebab}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    `there are ${known.join(', ') || 'none'}; jobhunter new service ${service.snake} makes it`,
  );
}

/** Refuses a name that something of its kind has, whatever its file is called. */
function assertNew(root: string, kind: string, { snake }: Names, ending: string): void {
  const place = path.join(root, 'libs', 'contracts');
  const files = existsSync(place) ? readdirSync(place, { recursive: true, encoding: 'utf8' }) : [];
  const named = new RegExp(`\\bname: '${snake}'`);
  const taken = files.find((file) => file.endsWith(ending) && named.test(textOf(path.join(place, file))));
  if (taken !== undefined)
    throw new UsageError(
      `the ${kind} ${snake} is there already, in ${path.join('libs', 'contracts', taken)}`,
    );
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
