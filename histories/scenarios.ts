import {
  NOT_RUNNING,
  testEnvironment,
  type PlayedOperations,
  type PlayedRun,
  type TestEnvironment,
  type TestRun,
} from '#libs/flows/testing';
import * as flows from './flows.js';

/** How a run came about that is worth keeping. Gives the run to keep. */
export interface Scenario {
  readonly operations?: PlayedOperations;
  run(env: TestEnvironment): Promise<TestRun>;
}

const echo = ({ text }: flows.NoteDto) => ({ text: `${text} done` });
const forEver = (_input: flows.NoteDto, run: PlayedRun) => run.untilStopped();

/** Starts a flow and waits for whatever end it has. */
const toItsEnd =
  (flow: Parameters<TestEnvironment['start']>[0], input: object = {}) =>
  async (env: TestEnvironment) => {
    const run = await env.start(flow, input);
    await run.end();
    return run;
  };

/** By the name that its file has. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  tasks: {
    operations: {
      write: echo,
      read: ({ text }: flows.NoteDto, { attempt }: PlayedRun) => {
        if (attempt < 3) throw new Error('not yet');
        return { text };
      },
    },
    run: toItsEnd(flows.tasks, { text: 'a' }),
  },
  'task-terms': { operations: { read: { text: 'read' } }, run: toItsEnd(flows.taskTerms, { text: 'a' }) },
  'task-times': { operations: { read: forEver, write: NOT_RUNNING }, run: toItsEnd(flows.taskTimes) },
  'task-unbegun': { operations: { read: NOT_RUNNING }, run: toItsEnd(flows.leftUnbegun) },
  map: { operations: { read: echo }, run: toItsEnd(flows.mapped) },
  sleep: { run: toItsEnd(flows.slept) },
  signals: {
    run: async (env) => {
      const run = await env.start(flows.signals);
      await run.signal('later', 'for nobody');
      await run.signal('word', 'first', { id: 'one' });
      await run.signal('word', 'second');
      await run.end();
      return run;
    },
  },
  approvals: {
    run: async (env) => {
      const run = await env.start(flows.approvals);
      await run.approve('by a person', { userId: 'editor', comment: 'as you wish' });
      await run.end();
      return run;
    },
  },
  children: { operations: { read: echo }, run: toItsEnd(flows.children) },
  pause: {
    run: async (env) => {
      const run = await env.start(flows.paused);
      await run.pause('to look at it');
      await run.signal('word', 1);
      await run.signal('word', 2);
      await env.advance(60);
      await run.resume();
      await run.end();
      return run;
    },
  },
  cancel: {
    operations: { read: forEver, write: echo },
    run: async (env) => {
      const run = await env.start(flows.cancelled);
      await run.cancel('no longer needed');
      await run.end();
      return run;
    },
  },
  'cancel-twice': {
    operations: { read: forEver, write: forEver },
    run: async (env) => {
      const run = await env.start(flows.cancelled);
      await run.cancel('please');
      await run.cancel('now');
      return run;
    },
  },
  'flow-timeout': { operations: { write: echo }, run: toItsEnd(flows.timedOut) },
  'flow-retry': { operations: { read: echo }, run: toItsEnd(flows.retried) },
  saga: {
    operations: {
      erase: echo,
      write: async ({ text }: flows.NoteDto, run: PlayedRun) => {
        if (text === 'slow') await run.sleep(10);
        return { text: `${text} written` };
      },
    },
    run: toItsEnd(flows.undone),
  },
  hooks: { operations: { read: echo, write: echo }, run: toItsEnd(flows.hooked, { text: 'a' }) },
  race: { operations: { read: forEver }, run: toItsEnd(flows.raced) },
  artifacts: { run: toItsEnd(flows.shown) },
  state: {
    run: async (env) => {
      await (await env.start(flows.counted)).end();
      return toItsEnd(flows.counted)(env);
    },
  },
  'continue-as-new': {
    run: async (env) => {
      const run = await env.start(flows.continued);
      await run.signal('left', 'for the next');
      await run.signal('next');
      return run;
    },
  },
  'continued-run': {
    run: async (env) => {
      const run = await env.start(flows.continued);
      for (const word of ['left', 'next', 'next', 'next']) await run.signal(word);
      const { runId } = await run.end();
      return env.run(runId);
    },
  },
  'ambiguous-outcome': {
    operations: { post: forEver, erase: echo },
    run: async (env) => {
      const run = await env.start(flows.posted);
      await run.end();
      await run.resume([
        { step: 1, as: 'succeeded', result: { text: 'it was posted' } },
        { step: 2, as: 'failed', message: 'it was not' },
        { step: 3, as: 'failed' },
      ]);
      await run.end();
      return run;
    },
  },
  restart: {
    operations: { read: echo, write: echo },
    run: async (env) => {
      const first = await env.start(flows.restarted);
      await env.advance(1);
      await first.cancel();
      const second = await first.restart({ fromStep: 3 });
      await second.signal('word');
      await second.end();
      return second;
    },
  },
};

/** Plays a scenario in a world of its own. */
export async function played(name: string, replayAlways = false) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const env = await testEnvironment({
    flows: flows.recordedFlows,
    operations: scenario.operations ?? {},
    replayAlways,
  });
  try {
    return await (await scenario.run(env)).export();
  } finally {
    await env.close();
  }
}
