import path from 'node:path';
import type { MailCatcher } from '#apps/applier';
import { type Folders, startStack } from '#libs/local-stack';
import { metricsWanted, ProcessHealth, serveHealth, startMetrics } from '#libs/telemetry';
import type { HealthEndpointOptions } from '#libs/telemetry';
import { FailedError, sentenceOf } from '../terminal/cli-error.js';
import { awaitReady } from './await-ready.js';
import { claimInstance, type Instance } from './instance.js';
import { closeAll, type Part } from './close-all.js';
import { logFileOf, logToFile } from './log-file.js';
import { MachineKeyFile } from './machine-key.js';
import { findPortHolder, isPortFree, PortTakenError } from './port-holder.js';
import { loadServices, type RunningServices, startServices } from './services.js';

export const HOST = '127.0.0.1';
const BOARDS_PORT = 3_099;

export interface PlatformOptions {
  readonly folders: Folders;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Asks the bundled job boards instead of the real ones. */
  readonly fixtures: boolean;
  /** Keeps all mail in a folder under the home instead of sending it; always so with the bundled boards. */
  readonly catchMail?: boolean;
  /** Answered on loopback once all services have started; the text of a setting. */
  readonly healthPort?: string | undefined;
  /** See `ServicesOptions`. */
  readonly watchdogScript?: URL | undefined;
  readonly say: (line: string) => void;
  /** Hears of errors that a service logs. */
  readonly onTrouble: (service: string, message: string) => void;
}

/** Broker, database and all services, running. */
export interface Platform {
  readonly url: string;
  readonly port: number;
  readonly logFile: string;
  readonly services: readonly string[];
  /** An administrator's key; undefined where authentication is off. */
  readonly key: string | undefined;
  /** True when this start has made it. */
  readonly isFirstKey: boolean;
  /** Undefined where mail is sent for real. */
  readonly mail: MailCatcher | undefined;
  /** From the start of this process to its readiness, in milliseconds. */
  readonly readyMs: number;
  /** Stops everything in order: services, then what they stand on. Gives what could not be stopped. */
  close(): Promise<readonly string[]>;
}

/**
 * Starts broker and database, then every service, in this process. What had been started is stopped again
 * when a later part fails. Throws AlreadyRunningError, PortTakenError and what the parts throw.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { folders, env, version, port, fixtures, healthPort, watchdogScript, say, onTrouble } = options;
  const catchMail = options.catchMail ?? fixtures;
  // Closed from the last one opened to the first.
  const opened: Part[] = [];
  const open = <T>(name: string, value: T, close: () => Promise<void>): T => {
    opened.unshift({ name, close });
    return value;
  };
  try {
    const logFile = logFileOf(folders.home);
    const about = { version, url: `http://${HOST}:${port}`, port, fixtures, services: [], logFile };
    const claim = await claimInstance(folders.home, about);
    open('instance', claim, () => claim.release());
    if (port !== 0 && !(await isPortFree(port, HOST)))
      throw new PortTakenError(port, await findPortHolder(port));

    const log = await logToFile(logFile, onTrouble);
    open('log', log, () => log.close());
    const measured = metricsWanted(env);
    const health = new ProcessHealth('jobhunter');
    if (healthPort) {
      const endpoint = await answerHealth({ health, port: healthPort, ...hostOf(env) });
      open('health', endpoint, () => endpoint.close());
    }
    let launched: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      launched = resolve;
    });
    const starting = startStack({ folders, env, say, launched });
    // Loading the code keeps this process busy while the servers start in theirs, so those are begun before.
    const loading = begun.then(loadServices);
    loading.catch(() => undefined);
    const measuring = measured
      ? begun.then(() => startMetrics({ service: 'jobhunter', version }))
      : undefined;
    measuring?.catch(() => undefined);
    const stack = await starting;
    open('servers', stack, () => stack.stop());
    const metrics = await measuring;
    if (metrics !== undefined) open('metrics', metrics, () => metrics.shutdown());
    const modules = await loading;

    const boards = fixtures ? await modules.startFixtureBoards({ port: await boardsPort() }) : undefined;
    if (boards !== undefined) {
      open('fixture boards', boards, () => boards.close());
      say(`fixture boards: ${boards.url}, so no real board is asked`);
    }
    const mail = catchMail ? await modules.startMailCatcher({ folder: mailFolder(folders.home) }) : undefined;
    if (mail !== undefined) {
      open('mail catcher', mail, () => mail.close());
      say(`mail catcher: ${mail.url}, so no mail leaves this machine; it lies in ${mail.folder}`);
    }
    const { natsUrl, mongoUri } = stack;
    const machine = await MachineKeyFile.open(folders.home);
    const services = await startServices(modules, {
      ...{ natsUrl, mongoUri, env, host: HOST, port, machine },
      ...(boards === undefined ? {} : { fixtureBoards: boards.url }),
      ...(mail === undefined ? {} : { mailCatcher: mail.url }),
      ...(watchdogScript === undefined ? {} : { watchdogScript }),
    });
    open('services', services, () => services.close());
    say(`services: ${services.names.join(', ')}`);
    health.started(services.checks);
    for (const missing of await awaitReady(services.url)) onTrouble('not ready', missing);
    await claim.update({ phase: 'ready', ...readyAs(services) });
    return {
      ...readyAs(services),
      logFile,
      key: env['AUTH'] === 'off' ? undefined : machine.key,
      isFirstKey: machine.isNew,
      mail,
      readyMs: performance.now(),
      close: async () => {
        health.stopping();
        return (await closeAll(opened)).map(({ name, error }) => `${name}: ${sentenceOf(error)}`);
      },
    };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function answerHealth(options: HealthEndpointOptions): Promise<{ close(): Promise<void> }> {
  return serveHealth(options).catch((cause: unknown) => {
    throw new FailedError(sentenceOf(cause), undefined, { cause });
  });
}

const hostOf = ({ HEALTH_HOST: host }: NodeJS.ProcessEnv): { readonly host?: string } =>
  host ? { host } : {};

const mailFolder = (home: string): string => path.join(home, 'mail');

// The same one each time where it is free, for pages are known by their addresses.
async function boardsPort(): Promise<number> {
  return (await isPortFree(BOARDS_PORT, HOST)) ? BOARDS_PORT : 0;
}

function readyAs({ url, port, names }: RunningServices): Pick<Instance, 'url' | 'port' | 'services'> {
  return { url, port, services: names };
}
