import { type Command } from 'commander';
import type { ProfileChangedOutput, ProfileDto, ProfileVersionDto } from '#libs/contracts';
import { readJsonOrText } from '../parameters/json-or-text.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { examples, limitOption, moreLine, wholeNumber } from './list-options.js';
import { drawChange } from './profile-change.js';
import { addPreferencesCommand, preferenceFacts } from './profile-preferences.js';
import { addRuleCommand, NO_RULE } from './profile-rule.js';

interface Parts {
  readonly resume?: string;
  readonly preferences?: string;
  readonly standingRule?: string;
}

const PATH = '/profile';

export function addProfileCommands(program: Command, session: Session): void {
  const profile = program
    .command('profile')
    .description('Look at your profile and preferences, and change them');

  examples(
    profile
      .command('show')
      .description('Show the profile')
      .argument('[version]', 'an older version', (text: string) => wholeNumber(text, 1, 1_000_000))
      .action(async (version: number | undefined, _options: unknown, command: Command) => {
        const found = await (await session.gateway(command)).get<ProfileDto>(PATH, { query: { version } });
        session.answer(command, found, () => drawProfile(found, session));
      }),
    'profile show',
    'profile show 3',
    'profile show --json > profile.json',
  );

  examples(
    profile
      .command('import')
      .description('Take a JSON Resume (jsonresume.org) as the newest version of the profile')
      .argument('<file>', 'resume.json, or - for standard input')
      .option('--preferences <json>', 'JSON, or @file')
      .option('--standing-rule <json>', 'JSON, or @file: leave to send without asking each time')
      .action(async (file: string, { preferences, standingRule }: Parts, command: Command) => {
        const resume = file === '-' ? file : `@${file}`;
        const body = await partsOf({ resume, preferences, standingRule }, session);
        const answer = await (await session.gateway(command)).put<ProfileChangedOutput>(PATH, body);
        session.answer(command, answer, () => drawChange(answer));
      }),
    'profile import resume.json --preferences @preferences.json',
  );

  examples(
    profile
      .command('set')
      .description('Change parts of the profile; what is not named stays')
      .option('--resume <json>', 'JSON, or @file: parts of the JSON Resume')
      .option('--preferences <json>', 'JSON, or @file')
      .option('--standing-rule <json>', 'JSON, or @file; null takes the leave back')
      .action(async (parts: Parts, command: Command) => {
        const body = await partsOf(parts, session);
        if (Object.keys(body).length === 0)
          throw new UsageError('nothing is to be changed: give --resume, --preferences or --standing-rule');
        const answer = await (await session.gateway(command)).patch<ProfileChangedOutput>(PATH, body);
        session.answer(command, answer, () => drawChange(answer));
      }),
    `profile set --preferences '{"places": ["Berlin"], "dailyLimit": 5}'`,
    'profile set --standing-rule null',
  );

  examples(
    profile
      .command('versions')
      .description('List the versions of the profile, the newest first')
      .addOption(limitOption(50))
      .action(async ({ limit }: { limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<ProfileVersionDto>(`${PATH}/versions`, {}, limit);
        session.answer(command, page, () =>
          page.items.length === 0 ? NONE : drawVersions(page.items, session) + moreLine(page),
        );
      }),
    'profile versions',
  );

  addPreferencesCommand(profile, session);
  addRuleCommand(profile, session);
}

const NONE = 'No profile. Take one: jobhunter profile import resume.json';

/** Reads the parts that were given; each must be an object, or null where that means something. */
async function partsOf(parts: Parts, { terminal }: Session): Promise<Record<string, unknown>> {
  const body: Record<string, unknown> = {};
  for (const [part, option] of [
    ['resume', 'the resume'],
    ['preferences', '--preferences'],
    ['standingRule', '--standing-rule'],
  ] as const) {
    const typed = parts[part];
    if (typed === undefined) continue;
    const value = await readJsonOrText(option, typed, terminal);
    if (typeof value !== 'object' || Array.isArray(value) || (value === null && part !== 'standingRule'))
      throw new UsageError(
        `${option}: expected a JSON object${typed.startsWith('@') ? ` in ${typed.slice(1)}` : ''}`,
      );
    body[part] = value;
  }
  return body;
}

function drawProfile(
  { version, updatedAt, resume, preferences, standingRule }: ProfileDto,
  { terminal }: Session,
) {
  const basics = (resume['basics'] ?? {}) as Partial<Record<string, unknown>>;
  const told = (field: string): string | undefined => {
    const value = basics[field];
    return typeof value === 'string' ? oneLine(value) : undefined;
  };
  const count = (part: string): string | undefined => {
    const items = resume[part];
    return Array.isArray(items) && items.length > 0 ? String(items.length) : undefined;
  };
  return facts(
    [
      ['name', told('name')],
      ['label', told('label')],
      ['email', told('email')],
      ['work', count('work')],
      ['education', count('education')],
      ['skills', count('skills')],
      ['version', `${version}, of ${instant(updatedAt)}`],
      ...preferenceFacts(preferences),
      [
        'standing rule',
        standingRule
          ? `sends by itself from ${standingRule.leastScore}, ${standingRule.perDay} a day at most, until ${instant(standingRule.until)}`
          : NO_RULE,
      ],
    ],
    terminal,
  );
}

function drawVersions(versions: readonly ProfileVersionDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'VERSION', value: (item) => item.version, align: 'right' },
      { head: 'OF', value: (item) => instant(item.updatedAt) },
      { head: 'CHANGED', value: (item) => item.changed.join(', '), shrink: true, max: 100 },
    ],
    versions,
    terminal,
  );
}
