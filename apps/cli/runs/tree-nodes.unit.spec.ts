import { expect, it } from '@jest/globals';
import type { FlowRunTree } from '../gateway/resources.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { drawTree } from './tree.js';
import { nodeOfRecord } from './tree-nodes.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const ago = (seconds: number): string => new Date(NOW - seconds * 1_000).toISOString();

const task = {
  ...{ taskName: 'say_hello', operationName: 'say_hello', inputDump: { name: 'Ada' }, status: 'success' },
  ...{ attempt: 1, durationMs: 1_200, errorMessage: null, children: [] },
};
const run = {
  ...{ id: 'run1', flow: 'greet', status: 'waiting', error: null, durationMs: null, finishedAt: null },
  ...{ taskTree: [task], cancelling: null, continuedBy: null, waitingFor: [] },
};
const draw = (over: object): string =>
  drawTree(nodeOfRecord({ ...run, ...over } as unknown as FlowRunTree, NOW), captureTerminal());

it('a recorded run shows what it waits for below its tasks', () => {
  const wait = { step: 2, since: ago(60), dueAt: null, childRunId: null };
  const waitingFor = [
    { ...wait, kind: 'child', name: 'greet_one', step: 3, childRunId: 'run1-3' },
    { ...wait, kind: 'approval', name: 'send it', dueAt: ago(-600) },
    { ...wait, kind: 'task-retry', name: 'say_hello' },
  ];
  expect(draw({ waitingFor })).toBe(
    [
      '◔ greet  run1  waiting',
      '├─ ✔ say_hello  Ada  1.2 s',
      '├─ ◔ approval send it  since 1 min 00 s  for at most 10 min 00 s',
      '└─ ◔ flow greet_one  run1-3  since 1 min 00 s',
    ].join('\n'),
  );
});

it('a recorded run says that it is ending, and which run goes on with its work', () => {
  expect(draw({ status: 'running', cancelling: { cause: 'cancel' } })).toContain(
    'greet  run1  running  ending',
  );
  const over = { status: 'completed', continuedBy: 'run1-c2', finishedAt: ago(1), durationMs: 5_000 };
  expect(draw(over)).toContain('greet  run1  completed  goes on as run1-c2  5.0 s');
});

it('a recorded task says what it undoes, and what a person has said of it', () => {
  const by = { userId: 'ann', channel: 'ui' };
  const settled = { ...task, compensates: 4, resolution: { as: 'succeeded', by } };
  expect(draw({ taskTree: [settled] })).toContain(
    'say_hello  Ada  undoes step 4  succeeded, says ann  1.2 s',
  );
  const retried = { ...task, resolution: { as: 'retry', by } };
  expect(draw({ taskTree: [retried] })).toContain('to be tried again, says ann');
});

it('a run that an earlier server tells of is drawn without what that does not know', () => {
  const { waitingFor: _, cancelling: __, continuedBy: ___, ...earlier } = run;
  const tree = nodeOfRecord(earlier as unknown as FlowRunTree, NOW);
  expect(drawTree(tree, captureTerminal())).toBe('◔ greet  run1  waiting\n└─ ✔ say_hello  Ada  1.2 s');
});
