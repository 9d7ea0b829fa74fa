import { Command } from 'commander';
import { addApplicationsCommands } from './commands/applications.js';
import { addApprovalsCommands } from './commands/approvals.js';
import { addArtifactsCommands } from './commands/artifacts.js';
import { addCompletionCommand } from './commands/completion.js';
import { addAlertsCommands } from './commands/alerts.js';
import { addAuditCommands } from './commands/audit.js';
import { addBackupCommands } from './commands/backup.js';
import { addDeadLettersCommands } from './commands/dead-letters.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addDeployCommand } from './commands/deploy.js';
import { addDeploymentCommands } from './commands/deployment.js';
import { addRunOnceCommand } from './commands/deployment-run.js';
import { addDocumentsCommands } from './commands/documents.js';
import { addEventCommands } from './commands/event.js';
import { addDownCommand } from './commands/down.js';
import { addFlowCommands } from './commands/flow.js';
import { addFlowRunCommands } from './commands/flow-run.js';
import { addJobsCommands } from './commands/jobs.js';
import { addNewCommands } from './commands/new.js';
import { addLineageCommands } from './commands/lineage.js';
import { addOperationCommands } from './commands/operation.js';
import { addProfileCommands } from './commands/profile.js';
import { addResetCommand } from './commands/reset.js';
import { addSourcesCommands } from './commands/sources.js';
import { addStateCommands } from './commands/state.js';
import { addKeysCommands } from './commands/keys.js';
import { addLoginCommands } from './commands/login.js';
import { addServerCommands } from './commands/server.js';
import { addStatsCommand } from './commands/stats.js';
import { addStatusCommand } from './commands/status.js';
import { addTaskRunCommands } from './commands/task-run.js';
import { addUpCommand } from './commands/up.js';
import { addHelp } from './commands/help.js';
import { addOtherNames } from './command-tree.js';
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
    .option(
      '--url <address>',
      'the server to speak to (else JOBHUNTER_URL, else the one logged in to, else the one `up` started)',
    )
    .option('--profile <name>', 'the server of that name, as `server ls` lists them (else JOBHUNTER_PROFILE)')
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
    .addHelpText('after', `\n${EXIT_CODES_HELP}`);

  program.commandsGroup('This machine:');
  addUpCommand(program, session);
  addDownCommand(program, session);
  addStatusCommand(program, session);
  addResetCommand(program, session);
  addBackupCommands(program, session);
  addDoctorCommand(program, session);
  addDemoCommand(program, session);
  addNewCommands(program, session);
  program.commandsGroup('Working with a server:');
  addLoginCommands(program, session);
  addServerCommands(program, session);
  addKeysCommands(program, session);
  addFlowCommands(program, session);
  addFlowRunCommands(program, session);
  addDeploymentCommands(program, session);
  addDeployCommand(program, session);
  addEventCommands(program, session);
  addRunOnceCommand(program, session);
  addApprovalsCommands(program, session);
  addStateCommands(program, session);
  addArtifactsCommands(program, session);
  addTaskRunCommands(program, session);
  addLineageCommands(program, session);
  addDeadLettersCommands(program, session);
  addAlertsCommands(program, session);
  addAuditCommands(program, session);
  addOperationCommands(program, session);
  addJobsCommands(program, session);
  addSourcesCommands(program, session);
  addProfileCommands(program, session);
  addDocumentsCommands(program, session);
  addApplicationsCommands(program, session);
  addStatsCommand(program, session);
  program.commandsGroup('This program:');
  addCompletionCommand(program, session);
  addHelp(program);
  addOtherNames(program);
  return examples(
    program,
    'up --detach',
    'flow run scrape_jobs --keywords python --location Berlin',
    'jobs ls',
    'demo',
  );
}
