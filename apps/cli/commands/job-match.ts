import { type Command, Option } from 'commander';
import type { MatchJobOutput, MatchPartDto, Scorer } from '#libs/contracts';
import type { Session } from '../session.js';
import { oneLine } from '../terminal/plain-text.js';
import { facts, table } from '../terminal/table.js';
import { examples } from './list-options.js';

const SCORERS = ['rules', 'model'] as const satisfies readonly Scorer[];

/** Adds what scores one job against the profile. */
export function addJobMatchCommand(jobs: Command, session: Session): void {
  examples(
    jobs
      .command('match')
      .description('Tell how well a job fits you, and why')
      .argument('<job>', 'id of the job')
      .addOption(
        new Option('--scorer <who>', 'rules alone; a model beside them, if one is set up').choices(SCORERS),
      )
      .action(async (id: string, { scorer }: { scorer?: Scorer }, command: Command) => {
        const gateway = await session.gateway(command);
        const match = await gateway.post<MatchJobOutput>(`/jobs/${encodeURIComponent(id)}/match`, { scorer });
        session.answer(command, match, () => drawMatch(match, session));
      }),
    'jobs match 674f0c',
    'jobs match 674f0c --scorer rules --json',
  );
}

function drawMatch(match: MatchJobOutput, { terminal }: Session): string {
  const { jobId, score, model, excluded, parts, unjudged, profileVersion } = match;
  return [
    ...(excluded ? [terminal.style('yellow', `! Out of the question: ${oneLine(excluded.message)}`)] : []),
    facts(
      [
        ['score', `${terminal.style('bold', hundredths(score))} of 1`],
        ['by rules', model && hundredths(model.rules)],
        ['by model', model && modelLine(model)],
        ['job', jobId],
        ['profile', `version ${profileVersion}`],
      ],
      terminal,
    ),
    '',
    table<[string, MatchPartDto]>(
      [
        { head: 'PART', value: ([name]) => name },
        {
          head: 'SCORE',
          value: ([, part]) => (part.score === null ? '-' : hundredths(part.score)),
          align: 'right',
        },
        {
          head: 'WEIGHT',
          value: ([, { score: told, weight }]) => (told === null ? '-' : weight),
          align: 'right',
        },
        { head: 'WHY', value: ([, { why }]) => why },
      ],
      Object.entries(parts),
      terminal,
    ),
    ...section('Met', metLines(match.met)),
    ...section('Missing', match.missing.map(missingLine)),
    ...section(
      'For you to judge',
      unjudged.map((asked) => `  ? ${oneLine(asked)}`),
    ),
  ].join('\n');
}

const hundredths = (score: number): string => score.toFixed(2);

const modelLine = ({ score, weight, model, why }: NonNullable<MatchJobOutput['model']>): string =>
  [
    ...(score === null ? [] : [`${hundredths(score)}, which counts ${Math.round(weight * 100)} %`]),
    ...(model === null ? [] : [oneLine(model)]),
    oneLine(why),
  ].join(': ');

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines];

const asked = (requirement: string, kind: 'must' | 'nice'): string =>
  `${oneLine(requirement)}${kind === 'nice' ? ' (nice to have)' : ''}`;

/** Names each requirement once, and below it the lines of the profile that meet it. */
function metLines(met: MatchJobOutput['met']): string[] {
  const lines: string[] = [];
  let before: string | undefined;
  for (const { requirement, kind, skill, by } of met) {
    const head = `  + ${asked(requirement, kind)}`;
    if (head !== before) lines.push(head);
    before = head;
    const named = skill === null ? '' : `${oneLine(skill)}: `;
    lines.push(`      ${named}“${oneLine(by.text)}” (${oneLine(by.path)})`);
  }
  return lines;
}

const missingLine = ({ requirement, kind, skills }: MatchJobOutput['missing'][number]): string =>
  `  - ${asked(requirement, kind)}${skills.length === 0 ? '' : `: ${skills.map(oneLine).join(', ')}`}`;
