import { Command } from 'commander';
import { addApplicationsCommands } from './commands/applications.js';
import { addApprovalsCommands } from './commands/approvals.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addDocumentsCommands } from './commands/documents.js';
import { addDownCommand } from './commands/down.js';
import { addFlowCommands } from './commands/flow.js';
import { addFlowRunCommands } from './commands/flow-run.js';
import { addJobsCommands } from './commands/jobs.js';
import { addOperationCommands } from './commands/operation.js';
import { addProfileCommands } from './commands/profile.js';
import { addResetCommand } from './commands/reset.js';
import { addSourcesCommands } from './commands/sources.js';
import { addStateCommands } from './commands/state.js';
import { addStatsCommand } from './commands/stats.js';
import { addStatusCommand } from './commands/status.js';
import { addTaskRunCommands } from './commands/task-run.js';
import { addUpCommand } from './commands/up.js';
import { examples } from './commands/list-options.js';
import type { Session } from './session.js';
import { EXIT_CODES_HELP } from './terminal/exit-code.js';
import { productVersion } from './version.js';

/** Makes the program with all its commands; it throws CommanderError instead of ending the process. */
export function createProgram(session: Session): Command {
  const { terminal } = session;
  const program = new Command('jobhunter')
    .description('Runs your job hunt: finds openings in many places and keeps a record of everything it did.')
    .version(productVersion(session.folders().root))
    .option('--url <address>', 'the server to speak to (else JOBHUNTER_URL, else the one `up` started)')
    .option('--user <id>', 'whose jobs and runs (else JOBHUNTER_USER)')
    .option('--json', 'JSON on standard output, everything else on standard error')
    .option('--no-color', 'no colours (as NO_COLOR does)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.note(text.replace(/\n$/, '')),
      getOutHelpWidth: () => terminal.width ?? 100,
      getErrHelpWidth: () => terminal.width ?? 100,
    })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', `\n${EXIT_CODES_HELP}`);

  program.commandsGroup('This machine:');
  addUpCommand(program, session);
  addDownCommand(program, session);
  addStatusCommand(program, session);
  addResetCommand(program, session);
  addDoctorCommand(program, session);
  addDemoCommand(program, session);
  program.commandsGroup('Working with a server:');
  addFlowCommands(program, session);
  addFlowRunCommands(program, session);
  addApprovalsCommands(program, session);
  addStateCommands(program, session);
  addTaskRunCommands(program, session);
  addOperationCommands(program, session);
  addJobsCommands(program, session);
  addSourcesCommands(program, session);
  addProfileCommands(program, session);
  addDocumentsCommands(program, session);
  addApplicationsCommands(program, session);
  addStatsCommand(program, session);
  return examples(
    program,
    'up --detach',
    'flow run scrape_jobs --keywords python --location Berlin',
    'jobs ls',
    'demo',
  );
}
