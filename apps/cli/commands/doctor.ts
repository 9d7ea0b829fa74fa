import type { Command } from 'commander';
import type { Finding } from '../platform/finding.js';
import { DEFAULT_PORT, type Session } from '../session.js';
import { ExitCode } from '../terminal/exit-code.js';
import { oneLine } from '../terminal/plain-text.js';
import { examples } from './list-options.js';

const SIGNS = {
  ok: ['✔', 'green'],
  note: ['·', 'dim'],
  bad: ['✖', 'red'],
} as const;

export function addDoctorCommand(program: Command, session: Session): void {
  examples(
    program
      .command('doctor')
      .description('Check what JobHunter needs on this machine, and say how to mend what is missing')
      .action(async (_options: unknown, command: Command) => {
        const { terminal } = session;
        const { lookAtAll } = await import('../platform/checks.js');
        const gateway = await session.gateway(command);
        const input = {
          folders: session.folders(),
          env: terminal.env,
          gateway,
          now: session.now,
          port: DEFAULT_PORT,
          workingFolder: process.cwd(),
        };
        const findings = await lookAtAll(input);
        if (findings.some(({ verdict }) => verdict === 'bad')) session.exitCode = ExitCode.failed;
        session.answer(command, { healthy: session.exitCode === ExitCode.ok, findings }, () =>
          findings.map((finding) => draw(finding, session)).join('\n'),
        );
      }),
    'doctor',
    'doctor --json',
  );
}

function draw({ what, verdict, told, hint }: Finding, { terminal }: Session): string {
  const [sign, format] = SIGNS[verdict];
  const line = `${terminal.style(format, sign)} ${what.padEnd(16)} ${oneLine(told)}`;
  return hint === undefined ? line : `${line}\n  ${' '.repeat(16)} ${terminal.style('yellow', `→ ${hint}`)}`;
}
