import type { Command } from 'commander';
import type { Made } from '../scaffold/make.js';
import type { Session } from '../session.js';
import { examples } from './list-options.js';

/** What is left for a person, behind the list of files. */
const NEXT = {
  flow: 'then: npx jest --selectProjects unit <the test>, make build, jobhunter up',
  operation:
    'then: npx jest --selectProjects int <the test>, npm run broker-accounts, make build, jobhunter up',
  service:
    'then: npx jest --selectProjects int <the test>, make build, jobhunter up; to deploy it by itself, name it in docker-compose.yml and in deploy/nats/users.ts',
} as const;

export function addNewCommands(program: Command, session: Session): void {
  const made = program
    .command('new')
    .description('Make a flow, an operation or a service in this repository, with a test that passes');

  const answer = (command: Command, kind: keyof typeof NEXT, { created, changed }: Made): void =>
    session.answer(command, { created, changed }, () =>
      [
        ...created.map((file) => `${session.terminal.style('green', 'made')}     ${file}`),
        ...changed.map((file) => `${session.terminal.style('yellow', 'added to')} ${file}`),
        NEXT[kind],
      ].join('\n'),
    );
  const root = (): string => session.folders().root;

  examples(
    made
      .command('flow')
      .description('Make a flow: its contract, its code and its test')
      .argument('<name>', 'words with _ between, such as tidy_up; kept in the log, so choose well')
      .action(async (name: string, _options: unknown, command: Command) => {
        const { makeFlow } = await import('../scaffold/make.js');
        answer(command, 'flow', await makeFlow(root(), name));
      }),
    'new flow tidy_up',
  );

  examples(
    made
      .command('operation')
      .description('Make an operation of a service: its contract, its handler and its test')
      .argument('<name>', 'words with _ between, such as count_words; kept in the log, so choose well')
      .requiredOption('--service <name>', 'the service that it belongs to')
      .action(async (name: string, { service }: { service: string }, command: Command) => {
        const { makeOperation } = await import('../scaffold/make.js');
        answer(command, 'operation', await makeOperation(root(), name, service));
      }),
    'new operation count_words --service documents',
  );

  examples(
    made
      .command('service')
      .description('Make a service with one operation: an app that `up` starts with the others')
      .argument('<name>', 'words with - or _ between, such as letter_box')
      .action(async (name: string, _options: unknown, command: Command) => {
        const { makeService } = await import('../scaffold/make.js');
        answer(command, 'service', await makeService(root(), name));
      }),
    'new service letter_box',
  );
}
