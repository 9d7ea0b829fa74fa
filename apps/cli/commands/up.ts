import { type Command, Option } from 'commander';
import { readMachineKey } from '../platform/machine-key.js';
import { startPlatform } from '../platform/platform.js';
import { inBackground, startDetached, tellReady } from '../platform/detached.js';
import { onCrash } from '../platform/on-crash.js';
import { DEFAULT_PORT, type Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { productVersion } from '../version.js';
import { examples, wholeNumber } from './list-options.js';

interface UpOptions {
  readonly port: number;
  readonly detach?: boolean;
  readonly fixtures?: boolean;
}

export function addUpCommand(program: Command, session: Session): void {
  examples(
    program
      .command('up')
      .description('Start broker, database and all services on this machine')
      .addOption(
        new Option('--port <n>', 'port of the server that people and programs speak to; 0 takes a free one')
          .default(DEFAULT_PORT)
          .env('PORT')
          .argParser((text) => wholeNumber(text, 0, 65_535)),
      )
      .option('--detach', 'go on in the background; `jobhunter down` stops it')
      .option('--foreground', 'stay in the terminal until Ctrl-C (the default)')
      .option('--fixtures', 'ask the bundled job boards instead of the real ones')
      .action((options: UpOptions, command: Command) =>
        options.detach ? upInBackground(session, options, command) : upHere(session, options, command),
      ),
    'up',
    'up --detach --port 8080',
    'up --fixtures',
  );
}

async function upHere(session: Session, { port, fixtures }: UpOptions, command: Command): Promise<void> {
  const { terminal } = session;
  let interrupts = 0;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const release = terminal.onInterrupt(() => {
    interrupts++;
    if (interrupts > 1) {
      terminal.note('Leaving at once; `jobhunter down` stops what is left.');
      terminal.quit(ExitCode.interrupted);
    }
    terminal.note('Stopping; what is in hand is finished first.');
    stop();
  });
  // One process hosts all services, so the failure of one ends all of them in order.
  const releaseCrash = onCrash((error) => {
    session.exitCode = ExitCode.failed;
    terminal.note(
      `A service failed: ${oneLine(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
    );
    stop();
  });
  const folders = session.folders();
  try {
    const platform = await startPlatform({
      folders,
      env: terminal.env,
      version: productVersion(folders.root),
      port,
      fixtures: fixtures ?? false,
      healthPort: terminal.env['HEALTH_PORT'],
      watchdogScript: session.watchdogScript,
      say: (line) => terminal.note(terminal.style('dim', line)),
      onTrouble: (service, message) =>
        terminal.note(`${terminal.style('red', service)}: ${oneLine(message)}`),
    });
    const { url, readyMs, logFile, services } = platform;
    // What is written in the background goes to a file, where no key belongs; the one who started it tells it then.
    const firstKey = platform.isFirstKey && !inBackground(terminal.env) ? platform.key : undefined;
    session.answer(
      command,
      {
        url,
        docs: `${url}/docs`,
        pid: process.pid,
        readyMs: Math.round(readyMs),
        logFile,
        services,
        ...toldOnce(firstKey),
      },
      () =>
        [
          `Ready in ${duration(readyMs)}: ${url}`,
          `  documentation  ${url}/docs`,
          `  log            ${logFile}`,
          ...firstKeyLines(firstKey),
          `Ctrl-C stops everything. In another terminal: jobhunter flow run scrape_jobs --keywords python`,
        ].join('\n'),
    );
    if (inBackground(terminal.env)) tellReady();
    await stopped;
    const problems = await platform.close();
    for (const problem of problems) terminal.note(`Not stopped cleanly: ${problem}`);
    if (problems.length > 0) session.exitCode = ExitCode.failed;
    terminal.note('Everything is stopped.');
  } finally {
    releaseCrash();
    release();
  }
}

async function upInBackground(
  session: Session,
  { port, fixtures }: UpOptions,
  command: Command,
): Promise<void> {
  const { terminal } = session;
  const folders = session.folders();
  const before = await readMachineKey(folders.home);
  const args = ['up', '--port', String(port), ...(fixtures ? ['--fixtures'] : [])];
  const instance = await startDetached({
    args,
    home: folders.home,
    env: terminal.env,
    say: (line) => terminal.note(terminal.style('dim', line)),
  });
  const { url, pid, logFile, services } = instance;
  const kept = await readMachineKey(folders.home);
  const firstKey = kept === before ? undefined : kept;
  session.answer(command, { url, docs: `${url}/docs`, pid, logFile, services, ...toldOnce(firstKey) }, () =>
    [
      `JobHunter runs in the background at ${url} (process ${pid})`,
      `  documentation  ${url}/docs`,
      `  log            ${logFile}`,
      ...firstKeyLines(firstKey),
      'Try: jobhunter flow run scrape_jobs --keywords python',
      'Stop it: jobhunter down',
    ].join('\n'),
  );
}

const toldOnce = (key: string | undefined): { readonly adminKey?: string } =>
  key === undefined ? {} : { adminKey: key };

const firstKeyLines = (key: string | undefined): readonly string[] =>
  key === undefined
    ? []
    : [
        `  administrator  ${key}`,
        '                 (shown this once; the commands on this machine use it by themselves)',
      ];
