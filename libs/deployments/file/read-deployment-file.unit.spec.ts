import { describe, expect, it } from '@jest/globals';
import { readEvery } from './every.js';
import { DeploymentFileError } from './problems.js';
import { readDeploymentFile } from './read-deployment-file.js';

const read = (text: string) => readDeploymentFile(text, 'deploy/jobs.yml');

function wrongIn(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof DeploymentFileError)
      return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw error;
  }
  return [];
}

describe('a file of deployments', () => {
  it('says what is to be there, and leaves out what it does not say', () => {
    const { specs, source } = read(`
deployments:
  - flow: greet
    name: mornings
    description: Says hello
    parameters:
      names: [ada, grace]
      limit: 5
      nested: { deep: [1, null, true] }
    tags: [daily, hello]
    schedule: 0 9 * * *
    concurrency: 2
    overlap: queue
    missed: all
    paused: true
    flags: { dryRun: true }
  - { flow: greet, name: by_hand }
`);
    expect(specs).toEqual([
      {
        ...{ flow: 'greet', name: 'mornings', description: 'Says hello', source: 'jobs.yml' },
        parameters: { names: ['ada', 'grace'], limit: 5, nested: { deep: [1, null, true] } },
        tags: ['daily', 'hello'],
        schedule: { cron: '0 9 * * *' },
        ...{ concurrency: 2, overlap: 'queue', missed: 'all', paused: true, flags: { dryRun: true } },
      },
      { flow: 'greet', name: 'by_hand', source: 'jobs.yml' },
    ]);
    expect(source).toBe('jobs.yml');
  });

  it.each([
    ['"*/15 * * * *"', { cron: '*/15 * * * *' }],
    ['{ cron: "0 9 * * 1-5", timezone: Europe/Berlin }', { cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin' }],
    ['{ every: 6h }', { intervalSeconds: 21_600 }],
    ['{ every: 90 }', { intervalSeconds: 90 }],
    [
      '{ interval_seconds: 60, anchor: 2026-01-01T00:00:30Z }',
      { intervalSeconds: 60, anchor: '2026-01-01T00:00:30Z' },
    ],
  ])('takes a schedule as %s', (text, schedule) => {
    expect(read(`deployments: [{ flow: a, name: b, schedule: ${text} }]`).specs[0]?.schedule).toEqual(
      schedule,
    );
  });

  it('tells what starts a deployment beside its schedule', () => {
    const { specs } = read(`
deployments:
  - flow: greet
    name: called
    triggers:
      - event: order.*
        where: { data.total: { $gte: 100 }, type: { $ne: order.gone } }
        parameters: { name: '\${{ event.data.name }}' }
      - { run: gather }
      - { run: gather/nightly, on: failed }
      - { run: gather, on: [failed, cancelled], parameters: {} }
      - webhook: SHOP
      - { webhook: CODE, scheme: github }
  - { flow: greet, name: none, triggers: [] }
  - flow: greet
    name: left_open
    triggers:
orchestrator:
  runners:
    - { pipe_id: p, pipe: { use: gather }, triggers: [{ event: a.b }] }
`);
    expect(specs.map(({ triggers }) => triggers)).toEqual([
      [
        {
          event: 'order.*',
          where: { 'data.total': { $gte: 100 }, type: { $ne: 'order.gone' } },
          parameters: { name: '${{ event.data.name }}' },
        },
        { run: 'gather' },
        { run: 'gather/nightly', on: ['failed'] },
        { run: 'gather', on: ['failed', 'cancelled'], parameters: {} },
        { webhook: 'SHOP' },
        { webhook: 'CODE', scheme: 'github' },
      ],
      [],
      [],
      [{ event: 'a.b' }],
    ]);
  });

  it('has a short form for pipes: an operation, or steps, every so often', () => {
    const { specs } = read(`
orchestrator:
  runners:
    - pipe_id: refresh
      pipe: { use: gather, with: { words: [x] } }
      interval_seconds: 3600
    - pipe_id: chain
      pipe:
        - { id: first, use: gather, with: { words: [x] } }
        - { id: second, use: join, with: { ids: '\${{ steps.first.ids }}' }, timeoutSeconds: 5 }
      schedule: { every: 1d }
      retries: 0
      paused: true
    - { pipe_id: by_hand, pipe: { use: gather } }
`);
    expect(specs).toEqual([
      {
        ...{ flow: 'pipe', name: 'refresh', source: 'jobs.yml' },
        parameters: { steps: [{ use: 'gather', with: { words: ['x'] } }] },
        schedule: { intervalSeconds: 3_600 },
      },
      {
        ...{ flow: 'pipe', name: 'chain', paused: true, source: 'jobs.yml' },
        parameters: {
          retries: 0,
          steps: [
            { id: 'first', use: 'gather', with: { words: ['x'] } },
            { id: 'second', use: 'join', with: { ids: '${{ steps.first.ids }}' }, timeoutSeconds: 5 },
          ],
        },
        schedule: { intervalSeconds: 86_400 },
      },
      { flow: 'pipe', name: 'by_hand', parameters: { steps: [{ use: 'gather' }] }, source: 'jobs.yml' },
    ]);
  });

  it('may use anchors, in place and merged, and keys of its own for them', () => {
    const { specs } = read(`
source: mine
x-search: &search { words: [x], limit: 5 }
deployments:
  - &base { flow: greet, name: one, parameters: *search, tags: [t] }
  - <<: *base
    name: two
    parameters: { <<: *search, limit: 7 }
`);
    expect(specs).toEqual([
      { flow: 'greet', name: 'one', parameters: { words: ['x'], limit: 5 }, tags: ['t'], source: 'mine' },
      { flow: 'greet', name: 'two', parameters: { words: ['x'], limit: 7 }, tags: ['t'], source: 'mine' },
    ]);
  });

  it('may hold nothing yet', () => {
    expect(read('deployments:\n  # none so far\norchestrator:\n  runners:\n').specs).toEqual([]);
  });
});

describe('a file with mistakes', () => {
  it.each([
    ['deployments:\n\t- flow: a\n', '2:1 a tab stands where the line is indented; YAML takes spaces only'],
    [
      'deployments:\n  - flow: a\n    flow: b\n    name: c\n',
      '3:5 "flow" stands there twice; a key may stand once',
    ],
    [
      'deployments:\n  - { flow: a, name: b }\n  - flow: a\n    name: c\n    schedule: */5 * * * *\n',
      '5:19 a text that begins with * must stand in quotes, as in "*/15 * * * *"',
    ],
    [
      'deployments:\n  - flow: [a\n',
      '3:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a: 1\n---\nb: 2\n', '2:1 a second document begins here (---); a file holds one'],
    ['deployments: !set [a]\n', '1:14 Unresolved tag: !set; tags are not taken'],
    ['deployments: *nope\n', '1:14 there is no anchor &nope before it'],
    ['', '1:1 the file is empty: expected deployments: or orchestrator:'],
    ['- a\n', '1:1 the file must be a mapping, such as deployments: …; it is a list'],
    ['deployment: []\n', '1:1 the file has no key "deployment"; did you mean deployments?'],
    ['deployments: { a: 1 }\n', '1:14 deployments must be a list; it is a mapping'],
    [
      'deployments: [greet]\n',
      '1:15 a deployment must be a mapping, such as flow: …; it is the text "greet"',
    ],
    ['orchestrator: { runer: [] }\n', '1:17 orchestrator has no key "runer"; did you mean runners?'],
  ])('is refused with line and column: %j', (text, problem) => {
    expect(wrongIn(text)).toContain(problem);
  });

  it.each([
    ['name: 7', 'name must be a text; it is 7'],
    ['name: ""', 'name must be a text; it is empty'],
    ['paused: yes', 'paused must be true or false; it is the text "yes"'],
    ['concurrency: 0', 'concurrency must be a whole number from 1; it is 0'],
    ['concurrency: 1.5', 'concurrency must be a whole number from 1; it is 1.5'],
    ['overlap: cancel', 'overlap must be one of skip, queue, all, cancel-old; it is the text "cancel"'],
    ['tags: daily', 'tags must be a list; it is the text "daily"'],
    ['tags: [1]', 'a tag must be a text; it is 1'],
    ['parameters: [a]', 'parameters must be a mapping; it is a list'],
    ['parameters: { a: .inf }', 'Infinity is no number that a parameter can have'],
    ['flags: { dryrun: true }', 'flags has no key "dryrun"; did you mean dryRun?'],
    [
      'schedule: 5',
      'schedule must be a cron text such as "0 9 * * *", {cron, timezone} or {every: 6h}; it is 5',
    ],
    ['schedule: { every: 0 }', 'every must be a time of at least a second'],
    ['schedule: { every: 0s }', 'every must be a time of at least a second'],
    ['schedule: { every: often }', 'it is the text "often"'],
    ['schedule: { interval_seconds: 0 }', 'interval_seconds must be a whole number from 1; it is 0'],
    ['schedule: { cron: 0 9 * * *, every: 1h }', 'schedule has cron already: every cannot stand beside it'],
    ['schedule: { every: 1h, timezone: UTC }', 'timezone means nothing beside every'],
    ['schedule: { zone: UTC }', 'schedule has no key "zone"'],
    [
      'triggers: { event: a.b }',
      'triggers must be a list, such as [{ event: order.created }]; it is a mapping',
    ],
    ['triggers: [a.b]', 'a trigger must be a mapping, such as event: …; it is the text "a.b"'],
    ['triggers: [{ evnt: a.b }]', 'a trigger has no key "evnt"; did you mean event?'],
    ['triggers: [{ where: {} }]', 'a trigger lacks what it listens to: one of event, run, webhook'],
    ['triggers: [{ event: a.b, run: c }]', 'a trigger has event already: run stands in one of its own'],
    ['triggers: [{ event: 7 }]', 'event must be a text; it is 7'],
    ['triggers: [{ event: a.b, on: failed }]', 'on means nothing beside event'],
    ['triggers: [{ run: c, scheme: github }]', 'scheme means nothing beside run'],
    [
      'triggers: [{ run: c, on: done }]',
      'on must be one of completed, failed, cancelled; it is the text "done"',
    ],
    ['triggers: [{ run: c, on: [] }]', 'on must name at least one of completed, failed, cancelled'],
    [
      'triggers: [{ webhook: X, scheme: svix }]',
      'scheme must be one of standard, github; it is the text "svix"',
    ],
    ['triggers: [{ event: a.b, where: x }]', 'where must be a mapping; it is the text "x"'],
    ['triggers: [{ event: a.b, parameters: [] }]', 'parameters must be a mapping; it is a list'],
    ['triggers: [{ event: a.b, parameters: { n: .nan } }]', 'NaN is no number that a parameter can have'],
    ['matchThreshold: 1', 'a deployment has no key "matchThreshold"; there are flow, name'],
    ['pausd: true', 'a deployment has no key "pausd"; did you mean paused?'],
  ])('is refused by what a key holds: %s', (line, message) => {
    const name = line.startsWith('name') ? '' : '    name: b\n';
    const [problem] = wrongIn(`deployments:\n  - flow: a\n${name}    ${line}\n`);
    expect(problem).toContain(message);
    expect(problem).toMatch(new RegExp(`^${name === '' ? 3 : 4}:\\d+ `));
  });

  it.each([
    [
      'pipe: { use: a }\n      interval_seconds: 0',
      'interval_seconds must be a whole number from 1; it is 0',
    ],
    ['interval_seconds: 5', 'a runner lacks pipe'],
    ['pipe: []', 'pipe must hold at least one step'],
    ['pipe: gather', 'pipe must be a list; it is the text "gather"'],
    ['pipe: { with: {} }', 'a step lacks use: the name of an operation'],
    ['pipe: [{ use: a, wiht: {} }]', 'a step has no key "wiht"; did you mean with?'],
    ['pipe: [{ use: a, retry_delay_seconds: 1 }]', 'did you mean retryDelaySeconds?'],
    ['pipe: { use: a }\n      intervalSeconds: 5', 'did you mean interval_seconds?'],
    [
      'pipe: { use: a }\n      interval_seconds: 5\n      schedule: 0 9 * * *',
      'a runner has interval_seconds or schedule, not both',
    ],
  ])('is refused by what a runner holds: %j', (lines, message) => {
    const [problem] = wrongIn(`orchestrator:\n  runners:\n    - pipe_id: p\n      ${lines}\n`);
    expect(problem).toContain(message);
  });

  it('is told all of them at once, in their order', () => {
    const problems = wrongIn(`deployments:
  - flow: greet
    paused: maybe
    tgas: []
  - name: b
    flow: greet
    schedule: { every: 0 }
orchestrator:
  runners:
    - pipe: { use: gather }
`);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['2:5', '3:13', '4:5', '7:24', '10:7']);
    expect(problems[0]).toBe('2:5 a deployment lacks name');
  });

  it('names both places where a deployment stands twice', () => {
    expect(
      wrongIn('deployments:\n  - { flow: a, name: b }\n  - flow: a\n    name: c\n  - { flow: a, name: b }\n'),
    ).toEqual(['5:16 a/b stands in the file twice: it is at deploy/jobs.yml:2:16 too']);
  });

  it('cannot unfold without end', () => {
    const laughs = Array.from(
      { length: 9 },
      (_, at) => `x-${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(', ')}]`,
    );
    const text = `x-0: &a0 [a]\n${laughs.join('\n')}\ndeployments: [{ flow: a, name: b, parameters: { p: *a9 } }]`;
    expect(wrongIn(text)[0]).toContain('unfolds to more than 100000 values');
    expect(wrongIn('deployments: [{ flow: a, name: b, parameters: &p { p: *p } }]')[0]).toContain(
      'deep in each other',
    );
    expect(wrongIn('deployments: [&d { <<: *d, flow: a, name: b }]')[0]).toContain('the merge never ends');
    expect(wrongIn(`${'['.repeat(200_000)}`)[0]).toMatch(/^1:\d+ /);
    expect(wrongIn(`x-a: ${'b'.repeat(1024 * 1024)}`)[0]).toContain('at most 1048576 are read');
  });
});

describe('the place of a field', () => {
  const { placeOf } = read(`deployments:
  - flow: greet
    name: a
    parameters:
      query: { words: [x, y], limit: 5 }
    schedule:
      { cron: 0 9 * * *, timezone: UTC }
orchestrator:
  runners:
    - pipe_id: p
      interval_seconds: 5
      pipe:
        use: gather
        with: { words: [] }
    - pipe_id: q
      pipe:
        - use: gather
        - use: join
          retries: 1
`);
  it.each([
    [0, 'parameters.query.limit', 5, 31],
    [0, 'parameters.query.words[1]', 5, 27],
    [0, 'parameters.query.more', 5, 7],
    [0, 'parameters', 4, 5],
    [0, 'schedule.cron', 7, 9],
    [0, 'schedule.timeZone', 7, 26],
    [0, 'schedule.anchor', 6, 5],
    [0, 'flow', 2, 5],
    [0, 'other', 2, 5],
    [1, 'name', 10, 7],
    [1, 'schedule.intervalSeconds', 11, 7],
    [1, 'parameters.steps[0].with', 14, 9],
    [1, 'parameters.steps[0].use', 13, 9],
    [1, 'parameters.steps', 12, 7],
    [2, 'parameters.steps[1].retries', 19, 11],
    [2, 'schedule', 15, 7],
    [9, 'flow', 1, 1],
  ])('of specification %i, %s, is line %i, column %i', (spec, field, line, column) => {
    expect(placeOf(spec, field)).toEqual({ line, column });
  });
});

describe('the place of a field of a trigger', () => {
  const { placeOf } = read(`deployments:
  - flow: greet
    name: a
    triggers:
      - { event: a.b }
      - run: c
        on: failed
        where:
          data.result.count: { $gtt: 1 }
          $or: [{ type: x }, { $nope: 1 }]
        parameters: { text: '\${{ event.dta }}' }
`);
  it.each([
    ['triggers', 4, 5],
    ['triggers[0].event', 5, 11],
    ['triggers[1].run', 6, 9],
    ['triggers[1].on', 7, 9],
    ['triggers[1].where.data.result.count', 9, 11],
    ['triggers[1].where.data.result.count.$gtt', 9, 32],
    ['triggers[1].where.$or[1].$nope', 10, 32],
    ['triggers[1].parameters.text', 11, 23],
    ['triggers[7].event', 4, 5],
  ])('%s is line %i, column %i', (field, line, column) => {
    expect(placeOf(0, field)).toEqual({ line, column });
  });
});

it.each([
  ['6h', 21_600],
  ['1d 12h', 129_600],
  ['90s', 90],
  ['1h30m', 5_400],
  ['15min', 900],
  ['', undefined],
  ['6', undefined],
  ['h', undefined],
  ['-1h', undefined],
])('reads %j as %p seconds', (text, seconds) => {
  expect(readEvery(text)).toBe(seconds);
});
