import type { Command } from 'commander';
import type { Folders } from '#libs/local-stack';
import { inFreshDemoHome } from '../demo/demo-home.js';
import { hunt } from '../demo/hunt.js';
import { heading } from '../demo/report.js';
import { HOST, startPlatform } from '../platform/platform.js';
import { isPortFree } from '../platform/port-holder.js';
import { DEFAULT_PORT, type Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { duration } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { productVersion } from '../version.js';
import { examples } from './list-options.js';

export function addDemoCommand(program: Command, session: Session): void {
  examples(
    program
      .command('demo')
      .description(
        'Hunt for a sample applicant: search, match, write, ask, send to a mail catcher; show it all; stop everything',
      )
      .option('--live', 'ask the real public boards instead of the bundled ones')
      .action((options: { live?: boolean }, command: Command) =>
        demo(session, options.live ?? false, command),
      ),
    'demo',
    'demo --live',
  );
}

async function demo(session: Session, live: boolean, command: Command): Promise<void> {
  const { terminal } = session;
  let interrupted = false;
  let next: string | undefined;
  const release = terminal.onInterrupt(() => {
    interrupted = true;
    terminal.note('Stopping.');
  });
  const port = (await isPortFree(DEFAULT_PORT, HOST)) ? DEFAULT_PORT : 0;
  if (port === 0) session.remark(command, `port ${DEFAULT_PORT} is taken, so a free one is used`);
  session.remark(command, heading(terminal, 1, 'Broker, database, services and a mail catcher'));
  try {
    const { platform, folders } = await inFreshDemoHome(session.folders(), async (folders) => ({
      folders,
      platform: await startPlatform({
        folders,
        env: terminal.env,
        version: productVersion(folders.root),
        port,
        fixtures: !live,
        catchMail: true,
        say: (line) => session.remark(command, terminal.style('dim', line)),
        onTrouble: (service, message) => terminal.note(`${service}: ${oneLine(message)}`),
      }),
    }));
    try {
      session.remark(command, `ready in ${duration(platform.readyMs)}: ${platform.url}`);
      const done = !interrupted && (await hunt(session, command, platform, folders));
      if (!done) session.exitCode = ExitCode.interrupted;
      else next = nextSteps(session, folders);
    } finally {
      for (const problem of await platform.close()) terminal.note(`Not stopped cleanly: ${problem}`);
    }
  } finally {
    release();
  }
  if (next !== undefined) session.remark(command, next);
}

function nextSteps({ terminal }: Session, { home }: Folders): string {
  const dim = (text: string): string => terminal.style('dim', text);
  return [
    terminal.style('bold', '\nEverything is stopped; what came of it is kept. Try next'),
    `  JOBHUNTER_HOME=${home} npx jobhunter up --fixtures`,
    `                                                ${dim('goes on with this: the other applications still wait')}`,
    `  npx jobhunter up --detach                     ${dim('the same for real, with a home of your own')}`,
    `  npx jobhunter profile import resume.json      ${dim('your profile, as JSON Resume has it')}`,
    `  npx jobhunter flow run daily_job_hunt --keywords python`,
    `                                                ${dim('a hunt of your own; nothing goes out by itself')}`,
    `  npx jobhunter approvals                       ${dim('what waits for your word')}`,
    `  http://${HOST}:${DEFAULT_PORT}/docs                    ${dim('the REST API, once `up` runs')}`,
    `  npx jobhunter down                            ${dim('stops it')}`,
    dim(`Data, documents, mails and logs of the demo lie in ${home} until the next one.`),
  ].join('\n');
}
