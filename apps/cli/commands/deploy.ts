import { access, readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { DeploymentFile } from '#libs/deployments';
import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import type { AppliedPlan, DeploymentPlan, FlowEntry } from '../gateway/resources.js';
import { closest } from '../parameters/closest.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { drawPlan } from './deployment-drawing.js';
import { keyOf } from './deployment-ref.js';
import { examples } from './list-options.js';

const UNKNOWN_FLOW = 'flow/unknown';

/** Looked for in this order where no file is named. */
const USUAL_FILES = ['jobhunter.yml', 'jobhunter.yaml'];

interface ApplyOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

/** Adds `deploy`, the short name of `deployment apply`. */
export function addDeployCommand(program: Command, session: Session): void {
  addApplyCommand(program.command('deploy'), session, 'deploy');
}

/** Makes a command one that applies a file of deployments. */
export function addApplyCommand(command: Command, session: Session, name: string): void {
  examples(
    command
      .description('Show what a file of deployments would change, and change it')
      .argument('[file]', `the file, - for standard input; ${USUAL_FILES[0]} if left out`)
      .option('--yes', 'do not ask')
      .option('--dry-run', 'show the plan and change nothing')
      .option('--prune', 'remove deployments that came from this file and are no longer in it')
      .action((file: string | undefined, options: ApplyOptions, self: Command) =>
        apply(session, file, options, self),
      ),
    name,
    `${name} hunt.yml --dry-run`,
    `${name} hunt.yml --prune --yes --json`,
  );
}

async function apply(
  session: Session,
  named: string | undefined,
  options: ApplyOptions,
  command: Command,
): Promise<void> {
  const { file, name } = await read(session, named);
  const gateway = await session.gateway(command);
  const body = { deployments: file.specs, source: file.source, prune: options.prune ?? false };
  const plan = await gateway.post<DeploymentPlan>('/deployments/plan', body);
  if (plan.refused.length > 0) throw await refused(gateway, plan.refused, file, name);
  const changes = plan.changes.filter(({ change }) => change !== 'unchanged').length;
  const drawn = drawPlan(plan.changes, session);
  if (options.dryRun || changes === 0) {
    const nothing = changes === 0 ? `Nothing to change: all is as ${name} says.` : undefined;
    return session.answer(command, plan, () => [drawn, nothing].filter(Boolean).join('\n'));
  }
  if (!options.yes && !(await isWanted(session, command, drawn, changes))) return;
  const applied = await gateway.post<AppliedPlan>('/deployments/apply', { ...body, ifPlan: plan.hash });
  if (options.yes) session.remark(command, drawn);
  session.answer(command, applied, () => `${count(applied.done.length, 'change')} made.`);
}

async function isWanted(
  session: Session,
  command: Command,
  drawn: string,
  changes: number,
): Promise<boolean> {
  const { terminal } = session;
  if (!terminal.canAsk) {
    session.remark(command, drawn);
    throw new UsageError(
      `nothing was done: the plan has ${count(changes, 'change')}, and nobody is there to be asked`,
      'add --yes to do it without a question, or --dry-run to only look',
    );
  }
  terminal.note(drawn);
  if (await terminal.confirm(`Make ${count(changes, 'change')}?`)) return true;
  terminal.note('Nothing was done.');
  session.exitCode = ExitCode.failed;
  return false;
}

async function read(
  { terminal }: Session,
  named: string | undefined,
): Promise<{ readonly file: DeploymentFile; readonly name: string }> {
  const name = named ?? (await usualFile());
  const shown = name === '-' ? 'stdin' : name;
  const text = name === '-' ? await terminal.readInput() : await textOf(name);
  // Loaded when it is needed: every command would begin later for it.
  const { DeploymentFileError, readDeploymentFile } = await import('#libs/deployments');
  try {
    return { file: readDeploymentFile(text, shown), name: shown };
  } catch (error) {
    if (!(error instanceof DeploymentFileError)) throw error;
    const { problems } = error;
    throw new UsageError(
      `${shown} cannot be applied: ${count(problems.length, 'mistake')}\n${indented(error.message)}`,
      undefined,
      { cause: error },
    );
  }
}

async function usualFile(): Promise<string> {
  for (const name of USUAL_FILES) {
    try {
      await access(name);
      return name;
    } catch {
      // The next one may be there.
    }
  }
  throw new UsageError(
    `there is no ${USUAL_FILES.join(' or ')} in this folder`,
    'name the file: jobhunter deploy <file>; samples/jobhunter.yml is one to begin with',
  );
}

async function textOf(name: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`${name}: there is no such file`);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new UsageError(`${name}: it is not valid UTF-8`);
    throw new UsageError(`${name}: it cannot be read (${code})`);
  }
}

/** Says of each specification that was refused why, and where in the file that stands. */
async function refused(
  gateway: GatewayClient,
  list: DeploymentPlan['refused'],
  file: DeploymentFile,
  name: string,
): Promise<UsageError> {
  const { placed } = await import('#libs/deployments');
  const flows = list.some(({ error }) => error.code === UNKNOWN_FLOW) ? await flowNames(gateway) : [];
  const lines = list.flatMap((one) => {
    const fields = one.error.fields ?? [];
    const meant = one.error.code === UNKNOWN_FLOW ? closest(one.flow, flows) : undefined;
    const head = (field: string): string => placed(name, file.placeOf(one.index, field));
    if (meant !== undefined)
      return [`${head('flow')}: there is no flow ${JSON.stringify(one.flow)}; did you mean ${meant}?`];
    if (fields.length === 0) return [`${head('')}: ${keyOf(one)}: ${oneLine(one.error.message)}`];
    return fields.map(({ field, value, message }) => {
      const got = value === undefined ? '' : ` (it was ${oneLine(JSON.stringify(value)).slice(0, 80)})`;
      return `${head(field)}: ${keyOf(one)}: ${field === '' ? '' : `${field}: `}${oneLine(message)}${got}`;
    });
  });
  return new UsageError(
    `${name} cannot be applied, and nothing was done: ${count(list.length, 'deployment')} refused\n${indented(lines.join('\n'))}`,
  );
}

async function flowNames(gateway: GatewayClient): Promise<readonly string[]> {
  const { items } = await gateway.get<Page<FlowEntry>>('/workflows');
  return items.flatMap(({ name, aliases }) => [name, ...aliases]);
}

const indented = (text: string): string => text.replace(/^/gm, '  ');
