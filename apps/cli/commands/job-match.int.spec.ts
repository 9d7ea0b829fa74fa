import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.close());

async function jobhunter(...args: string[]) {
  const terminal = captureTerminal({ env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args, terminal) };
}

describe('a match', () => {
  const part = (score: number | null, weight: number, why: string) => ({ score, weight, why });
  const match = {
    ...{ jobId: 'j1', score: 0.5397, excluded: null, profileVersion: 3 },
    met: [
      {
        ...{ requirement: 'Bread and cakes', kind: 'must', skill: 'Bread', weight: 0.5 },
        by: { path: 'skills[0].name', text: 'Bread\u001b[2J' },
      },
      {
        ...{ requirement: 'Bread and cakes', kind: 'must', skill: 'Cakes', weight: 0.5 },
        by: { path: 'skills[1].name', text: 'Cakes' },
      },
      {
        ...{ requirement: 'Nights', kind: 'nice', skill: null, weight: 0.3 },
        by: { path: 'work[0].highlights[1]', text: 'Worked nights' },
      },
    ],
    missing: [
      { requirement: 'Yeast, sourdough', kind: 'must', skills: ['Sourdough'] },
      { requirement: 'A car', kind: 'nice', skills: [] },
    ],
    unjudged: ['Care for people'],
    parts: {
      skills: part(0.5556, 5, '3 met, 2 missing'),
      title: part(1, 2, 'it is wanted'),
      place: part(null, 1.5, 'the profile names no place'),
    },
  };

  it('tells its score, its parts and every requirement', async () => {
    gateway.on('POST /jobs/j1/match', { body: match });
    const { terminal, code } = await jobhunter('jobs', 'match', 'j1');
    expect([code, gateway.requests.at(-1)?.body]).toEqual([ExitCode.ok, {}]);
    expect(terminal.stdout().split('\n')).toEqual([
      'score    0.54 of 1',
      'job      j1',
      'profile  version 3',
      '',
      'PART    SCORE  WEIGHT  WHY',
      'skills   0.56       5  3 met, 2 missing',
      'title    1.00       2  it is wanted',
      'place       -       -  the profile names no place',
      '',
      'Met:',
      '  + Bread and cakes',
      '      Bread: “Bread” (skills[0].name)',
      '      Cakes: “Cakes” (skills[1].name)',
      '  + Nights (nice to have)',
      '      “Worked nights” (work[0].highlights[1])',
      '',
      'Missing:',
      '  - Yeast, sourdough: Sourdough',
      '  - A car (nice to have)',
      '',
      'For you to judge:',
      '  ? Care for people',
    ]);
    const json = await jobhunter('jobs', 'match', 'j1', '--json');
    expect(JSON.parse(json.terminal.stdout())).toEqual(match);
  });

  it('says first that a job is out of the question, and what a model says', async () => {
    const excluded = { why: 'expired', message: 'it could be applied to until 2026-11-01' };
    const model = { score: 0.8, rules: 0.5, weight: 0.3, model: 'small', why: 'it fits' };
    gateway.on('POST /jobs/j1/match', { body: { ...match, excluded, model } });
    const { terminal } = await jobhunter('jobs', 'match', 'j1', '--scorer', 'model');
    expect(gateway.requests.at(-1)?.body).toEqual({ scorer: 'model' });
    const [first, ...rest] = terminal.stdout().split('\n');
    expect(first).toBe('! Out of the question: it could be applied to until 2026-11-01');
    expect(rest).toContain('by rules  0.50');
    expect(rest).toContain('by model  0.80, which counts 30 %: small: it fits');
  });

  it('of a job that there is not, or by nobody, is refused', async () => {
    expect((await jobhunter('jobs', 'match', 'j2')).code).toBe(ExitCode.notFound);
    const { terminal, code } = await jobhunter('jobs', 'match', 'j1', '--scorer', 'dice');
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain('Allowed choices are rules, model');
  });
});
