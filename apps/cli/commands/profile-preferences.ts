import { type Command, Option } from 'commander';
import type { PreferencesDto, ProfileChangedOutput, ProfileDto } from '#libs/contracts';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts } from '../terminal/table.js';
import { examples, repeated, replacing, wholeNumber } from './list-options.js';
import { drawChange } from './profile-change.js';

const PATH = '/profile';

interface PreferenceOptions {
  readonly title?: readonly string[];
  readonly unwantedTitle?: readonly string[];
  readonly place?: readonly string[];
  readonly language?: readonly string[];
  readonly block?: readonly string[];
  readonly remote?: PreferencesDto['remote'];
  readonly salary?: number;
  readonly currency?: string;
  readonly dailyLimit?: number;
  readonly clear?: readonly string[];
}

/** What can be emptied, and what it becomes then. */
const CLEARED: Readonly<Record<string, Partial<PreferencesDto>>> = {
  titles: { titlesWanted: [] },
  'unwanted-titles': { titlesUnwanted: [] },
  places: { places: [] },
  languages: { languages: [] },
  blocked: { blockedEmployers: [] },
  salary: { salary: null },
};

/** Adds the command that changes wishes field by field, without JSON. */
export function addPreferencesCommand(profile: Command, session: Session): void {
  examples(
    profile
      .command('preferences')
      .description('Show what you want of a job, or change what is named')
      .addOption(replacing('--title <text>', 'a title that you look for'))
      .addOption(replacing('--unwanted-title <text>', 'a word that excludes a job by its title'))
      .addOption(replacing('--place <text>', 'a city, region or country'))
      .addOption(replacing('--language <tag>', 'a language that you work in, such as de'))
      .addOption(replacing('--block <employer>', 'an employer that you never want'))
      .addOption(new Option('--remote <how>', 'remote work').choices(['only', 'preferred', 'any', 'no']))
      .option('--salary <amount>', 'the least a year, before tax', (text) =>
        wholeNumber(text, 0, 100_000_000),
      )
      .option('--currency <code>', 'of the salary, such as EUR')
      .option('--daily-limit <n>', 'applications a day at most', (text) => wholeNumber(text, 0, 100))
      .addOption(
        new Option(
          '--clear <what>',
          `empty one: ${Object.keys(CLEARED).join(', ')}; may be repeated`,
        ).argParser(repeated),
      )
      .action((options: PreferenceOptions, command: Command) => preferences(session, options, command)),
    'profile preferences',
    'profile preferences --place Berlin --place Hamburg --remote preferred --salary 60000',
    'profile preferences --clear salary --daily-limit 3',
  );
}

async function preferences(session: Session, options: PreferenceOptions, command: Command): Promise<void> {
  const changes = preferenceChanges(options);
  const gateway = await session.gateway(command);
  if (Object.keys(changes).length === 0) {
    const { preferences: known } = await gateway.get<ProfileDto>(PATH);
    return session.answer(command, known, () => facts(preferenceFacts(known), session.terminal));
  }
  const answer = await gateway.patch<ProfileChangedOutput>(PATH, { preferences: changes });
  session.answer(command, answer, () => drawChange(answer));
}

function preferenceChanges(options: PreferenceOptions): Record<string, unknown> {
  const { title, unwantedTitle, place, language, block, remote, salary, currency, dailyLimit } = options;
  if (currency !== undefined && salary === undefined)
    throw new UsageError(`--currency ${currency}: expected --salary beside it`);
  const cleared = (options.clear ?? []).map((what) => {
    const empty = Object.hasOwn(CLEARED, what) ? CLEARED[what] : undefined;
    if (empty === undefined)
      throw new UsageError(`--clear ${what}: expected one of ${Object.keys(CLEARED).join(', ')}`);
    return empty;
  });
  const said = {
    titlesWanted: title,
    titlesUnwanted: unwantedTitle,
    places: place,
    languages: language,
    blockedEmployers: block,
    remote,
    salary:
      salary === undefined ? undefined : { min: salary, ...(currency === undefined ? {} : { currency }) },
    dailyLimit,
  };
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const empty = Object.fromEntries(cleared.flatMap((fields) => Object.entries(fields)));
  const [both] = Object.keys(empty).filter((field) => field in given);
  if (both !== undefined) throw new UsageError(`${both} cannot be set and cleared at once`);
  return { ...given, ...empty };
}

/** Names each preference as people say it. */
export function preferenceFacts(
  preferences: PreferencesDto,
): (readonly [name: string, value: string | undefined])[] {
  const { titlesWanted, titlesUnwanted, places, remote, salary, languages, blockedEmployers, dailyLimit } =
    preferences;
  const joined = (words: readonly string[]) => oneLine(words.join(', '));
  return [
    ['titles wanted', joined(titlesWanted)],
    ['titles unwanted', joined(titlesUnwanted)],
    ['places', joined(places)],
    ['remote', remote],
    ['salary', salary ? `from ${salary.min.toLocaleString('en')} ${salary.currency} a year` : undefined],
    ['languages', joined(languages)],
    ['blocked employers', joined(blockedEmployers)],
    ['applications a day', String(dailyLimit)],
  ];
}
