import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProfileChangedOutput, ProfileDto, StandingRuleDto } from '#libs/contracts';
import { readInstant } from '../parameters/since.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts } from '../terminal/table.js';
import { examples, repeated, replacing, wholeNumber } from './list-options.js';
import { drawChange } from './profile-change.js';

const PATH = '/profile';

interface RuleOptions {
  readonly leastScore?: number;
  readonly perDay?: number;
  readonly until?: string;
  readonly employer?: readonly string[];
  readonly channel?: StandingRuleDto['channels'];
  readonly note?: string;
  readonly none?: boolean;
}

/** Adds the command that gives, changes and takes back the leave to send without asking each time. */
export function addRuleCommand(profile: Command, session: Session): void {
  examples(
    profile
      .command('rule')
      .description('Show your leave to send without asking each time, give it, change it, or take it back')
      .option('--least-score <n>', 'only for jobs that match so well: 0 to 1', fraction)
      .option('--per-day <n>', 'so many a day at most', (text) => wholeNumber(text, 1, 100))
      .option('--until <when>', 'the day or instant from which it holds no longer')
      .addOption(replacing('--employer <name>', 'only to this employer'))
      .addOption(
        new Option('--channel <how>', 'only by this way: email or form; may be repeated').argParser(repeated),
      )
      .option('--note <text>', 'kept with it')
      .option('--none', 'take it back: nothing is sent without your word')
      .action((options: RuleOptions, command: Command) => rule(session, options, command)),
    'profile rule',
    'profile rule --least-score 0.9 --per-day 3 --until 2026-12-31',
    'profile rule --none',
  );
}

async function rule(session: Session, options: RuleOptions, command: Command): Promise<void> {
  const { none, until, employer, channel, ...said } = options;
  const named = [...Object.values(said), until, employer, channel].some((value) => value !== undefined);
  if (none && named) throw new UsageError('--none takes the whole rule back: give it alone');
  const gateway = await session.gateway(command);
  if (!none && !named) {
    const { standingRule } = await gateway.get<ProfileDto>(PATH);
    return session.answer(command, standingRule, () => drawRule(standingRule, session));
  }
  const changes = {
    ...said,
    ...(until === undefined ? {} : { until: readUntil(until) }),
    ...(employer === undefined ? {} : { employers: employer }),
    ...(channel === undefined ? {} : { channels: channel }),
  };
  const answer = await gateway.patch<ProfileChangedOutput>(PATH, { standingRule: none ? null : changes });
  session.answer(command, answer, () => drawChange(answer));
}

function readUntil(text: string): string {
  const at = readInstant(text);
  if (at === undefined)
    throw new UsageError(`--until ${text}: expected a day or an instant, such as 2026-12-31`);
  return at;
}

function fraction(text: string): number {
  const value = /^(?:0|1|0?\.\d+|[01]\.\d+)$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0 && value <= 1))
    throw new InvalidArgumentError('expected a number from 0 to 1, such as 0.85');
  return value;
}

export const NO_RULE = 'none: nothing is sent without your word';

function drawRule(standing: StandingRuleDto | null, { terminal }: Session): string {
  if (standing === null) return `Standing rule: ${NO_RULE}.`;
  const { leastScore, perDay, until, employers, channels, note } = standing;
  return facts(
    [
      ['least score', String(leastScore)],
      ['a day', String(perDay)],
      ['until', instant(until)],
      ['employers', employers.length === 0 ? 'any that is not blocked' : oneLine(employers.join(', '))],
      ['by', channels.join(', ') || 'no way, so it covers nothing'],
      ['note', note === undefined ? undefined : oneLine(note)],
    ],
    terminal,
  );
}
