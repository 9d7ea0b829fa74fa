import { type Command, Option } from 'commander';
import type { Page } from '../gateway/gateway-client.js';
import type { Key, NewKey } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import { examples, repeated, wholeNumber } from './list-options.js';

interface CreateOptions {
  readonly role?: string;
  readonly permission?: readonly string[];
  readonly for?: string;
  readonly expiresInDays?: number;
}

const ROLES = ['admin', 'operator', 'member', 'viewer'];

export function addKeysCommands(program: Command, session: Session): void {
  const keys = program
    .command('keys')
    .description('Make and revoke the keys that people and programs ask with');

  examples(
    keys
      .command('list')
      .alias('ls')
      .description('List keys: your own, or those of all for an administrator')
      .option('--all', 'those that are revoked or have expired, too')
      .action(async ({ all }: { all?: boolean }, command: Command) => {
        const page = await (await session.gateway(command)).get<Page<Key>>('/keys', { query: { all } });
        session.answer(command, page, () => drawKeys(page.items, session));
      }),
    'keys ls',
  );

  examples(
    keys
      .command('create')
      .description('Make a key; it is shown this once')
      .argument('<name>', 'what to call it, such as what it is for')
      .addOption(new Option('--role <role>', 'what it may do').choices(ROLES))
      .option(
        '--permission <area:verb>',
        'or single permissions, such as jobs:read or *:read; may be repeated',
        repeated,
      )
      .option('--for <user>', 'whom it speaks for, if not you')
      .addOption(
        new Option('--expires-in-days <n>', 'after so many days it is taken no more').argParser((text) =>
          wholeNumber(text, 1, 3_650),
        ),
      )
      .action(async (name: string, options: CreateOptions, command: Command) => {
        const { role, permission: permissions, for: userId, expiresInDays } = options;
        if ((role === undefined) === (permissions === undefined))
          throw new UsageError(
            'expected either --role or --permission',
            'jobhunter keys create laptop --role member',
          );
        const body = { name, role, permissions, userId, expiresInDays };
        const made = await (await session.gateway(command)).post<NewKey>('/keys', body);
        session.answer(command, made, () => drawNew(made));
      }),
    'keys create laptop --role member --for kim',
    'keys create dashboard --permission audit:read --expires-in-days 90',
  );

  examples(
    keys
      .command('rotate')
      .description('Give a key a new secret; it is shown this once')
      .argument('<id>', 'the key’s id, as `keys ls` lists it')
      .addOption(
        new Option('--grace-seconds <n>', 'for so long the old one is still taken')
          .default(0)
          .argParser((text) => wholeNumber(text, 0, 604_800)),
      )
      .action(async (id: string, { graceSeconds }: { graceSeconds: number }, command: Command) => {
        const made = await (
          await session.gateway(command)
        ).post<NewKey>(`${keyPath(id)}/rotate`, { graceSeconds });
        session.answer(command, made, () => drawNew(made));
      }),
    'keys rotate 6f0a3c55d1b2e847 --grace-seconds 3600',
  );

  examples(
    keys
      .command('revoke')
      .description('Have a key refused everywhere from now on')
      .argument('<id>', 'the key’s id, as `keys ls` lists it')
      .action(async (id: string, _options: unknown, command: Command) => {
        const revoked = await (await session.gateway(command)).delete<Key>(keyPath(id));
        session.answer(
          command,
          revoked,
          () => `The key ${revoked.id} (${oneLine(revoked.name)}) is revoked.`,
        );
      }),
    'keys revoke 6f0a3c55d1b2e847',
  );
}

const keyPath = (id: string): string => `/keys/${encodeURIComponent(id)}`;

const drawNew = ({ key, id, userId, permissions, expiresAt }: NewKey): string =>
  [
    key,
    `It speaks for ${userId} and may: ${permissions.join(', ')}.`,
    expiresAt === null ? 'It is taken until it is revoked.' : `It is taken until ${instant(expiresAt)}.`,
    `This is the only time that it is shown. Its id is ${id}.`,
  ].join('\n');

function drawKeys(keys: readonly Key[], { terminal }: Session): string {
  if (keys.length === 0) return 'There are no keys.';
  return table(
    [
      { head: 'ID', value: ({ id }) => id },
      { head: 'NAME', value: ({ name }) => oneLine(name), shrink: true, max: 40 },
      { head: 'USER', value: ({ userId }) => userId },
      { head: 'MAY', value: ({ role, permissions }) => role ?? permissions.join(','), shrink: true, max: 40 },
      { head: 'STATUS', value: ({ status }) => status },
      { head: 'MADE', value: ({ createdAt }) => instant(createdAt) },
      { head: 'EXPIRES', value: ({ expiresAt }) => (expiresAt === null ? 'never' : instant(expiresAt)) },
      { head: 'LAST USED', value: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : instant(lastUsedAt)) },
    ],
    keys,
    terminal,
  );
}
