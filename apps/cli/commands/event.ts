import type { Command } from 'commander';
import { readJsonOrText } from '../parameters/json-or-text.js';
import type { Session } from '../session.js';
import { examples } from './list-options.js';

interface SendOptions {
  readonly data?: string;
  readonly id?: string;
  readonly source?: string;
}

export function addEventCommands(program: Command, session: Session): void {
  const event = program.command('event').description('Say that something has happened, for triggers');
  examples(
    event
      .command('send')
      .description('Say that something has happened, to those of your deployments that wait for it')
      .argument('<type>', 'words with dots between them, such as order.created')
      .option('--data <json>', 'what is to be told of it: JSON or plain text, @file, or - for standard input')
      .option('--id <id>', 'the same id again is the same event; drawn by lot if left out')
      .option('--source <source>', 'who says so; user/<your id> if left out')
      .action((type: string, options: SendOptions, command: Command) =>
        send(session, type, options, command),
      ),
    'event send order.created --data \'{"id": "A-17", "total": 120}\'',
    'event send report.wanted --id report-2026-11',
    'event send file.arrived --data @listing.json',
  );
}

async function send(
  session: Session,
  type: string,
  { data, id, source }: SendOptions,
  command: Command,
): Promise<void> {
  const said = data === undefined ? null : await readJsonOrText('--data', data, session.terminal);
  const gateway = await session.gateway(command);
  const body = {
    type,
    data: said,
    ...(id === undefined ? {} : { id }),
    ...(source === undefined ? {} : { source }),
  };
  const answer = await gateway.post<{ readonly id: string }>('/events', body);
  session.answer(command, answer, () => `${type} is said: event ${answer.id}.`);
}
