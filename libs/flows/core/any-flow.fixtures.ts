import fc from 'fast-check';
import type { FlowContext, FlowDefinition } from '../index.js';
import type { TaskCallOptions } from '../context.js';
import { sampleOperation } from '../testing/sample-operations.js';
import { sample } from './simulated.fixtures.js';

/** What a flow does, as data: so that any flow can be made up, and shrunk to the part that matters. */
export type Act =
  | { readonly do: 'task'; readonly value: string; readonly options: Options }
  | { readonly do: 'sleep'; readonly seconds: number }
  | { readonly do: 'signal'; readonly name: string; readonly timeout: boolean }
  | { readonly do: 'approval'; readonly otherwise: 'approved' | 'declined' | 'nothing' }
  | { readonly do: 'child'; readonly value: string; readonly detached: boolean }
  | { readonly do: 'state'; readonly name: string }
  | { readonly do: 'show' | 'chance' | 'fail' | 'go on as new' }
  | { readonly do: 'in turn' | 'side by side' | 'first of'; readonly of: readonly Act[] }
  | { readonly do: 'each'; readonly of: Act; readonly times: number; readonly concurrency: number }
  /** Goes on whatever becomes of the first, then does the second in any case. */
  | { readonly do: 'try'; readonly of: Act; readonly after: Act };

interface Options {
  readonly retries: number;
  readonly delay: number;
  readonly undo: boolean;
  readonly once: boolean;
  readonly toStart: boolean;
  readonly toClose: boolean;
}

export interface AnyFlow {
  readonly act: Act;
  readonly retries: number;
  readonly retryDelay: number;
  readonly timeout: boolean;
  readonly hooks: boolean;
}

const once = { execution: 'at-most-once' } as const;
const MANY = sampleOperation('many');
const MANY_UNDOABLE = sampleOperation('many_undoable');
const ONCE = sampleOperation('once', once);
const ONCE_UNDOABLE = sampleOperation('once_undoable', once);
const undo = sampleOperation('undo');
const child = sample(async () => 1, { name: 'child' });

const name = fc.constantFrom('a', 'b');
const leaf: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('task' as const),
      value: name,
      options: fc.record({
        retries: fc.integer({ min: 0, max: 2 }),
        delay: fc.constantFrom(0, 5),
        undo: fc.boolean(),
        once: fc.boolean(),
        toStart: fc.boolean(),
        toClose: fc.boolean(),
      }),
    }),
  },
  fc.record({ do: fc.constant('sleep' as const), seconds: fc.constantFrom(0, 1, 3_600) }),
  fc.record({ do: fc.constant('signal' as const), name, timeout: fc.boolean() }),
  fc.record({
    do: fc.constant('approval' as const),
    otherwise: fc.constantFrom('approved' as const, 'declined' as const, 'nothing' as const),
  }),
  fc.record({ do: fc.constant('child' as const), value: name, detached: fc.boolean() }),
  fc.record({ do: fc.constant('state' as const), name }),
  fc.record({ do: fc.constantFrom('show' as const, 'chance' as const, 'fail' as const) }),
  fc.record({ do: fc.constant('go on as new' as const) }),
);

const { act } = fc.letrec<{ act: Act; list: Act[] }>((tie) => ({
  list: fc.array(tie('act'), { minLength: 1, maxLength: 4, depthIdentifier: 'acts' }),
  act: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'acts', withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom('in turn' as const, 'side by side' as const, 'first of' as const),
        of: tie('list'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('each' as const),
        of: tie('act'),
        times: fc.integer({ min: 0, max: 3 }),
        concurrency: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('try' as const), of: tie('act'), after: tie('act') }),
    },
  ),
}));

export const anyFlow: fc.Arbitrary<AnyFlow> = fc.record({
  act,
  retries: fc.integer({ min: 0, max: 2 }),
  retryDelay: fc.constantFrom(0, 60),
  timeout: fc.boolean(),
  hooks: fc.boolean(),
});

/** Makes the flow that does this. What it sees of time, chance and answers goes into its result, and so into the log. */
export function flowOf({ act, retries, retryDelay, timeout, hooks }: AnyFlow): FlowDefinition {
  const hook = async (ctx: FlowContext): Promise<void> =>
    void (await ctx.task(MANY, { value: `after ${ctx.uuid()}` }));
  return sample((_input, ctx) => perform(act, ctx), {
    retries,
    retryDelaySeconds: retryDelay,
    ...(timeout ? { timeoutSeconds: 600 } : {}),
    ...(hooks ? { onSuccess: hook, onFailure: hook, onCancel: hook } : {}),
  });
}

async function perform(act: Act, ctx: FlowContext): Promise<unknown> {
  switch (act.do) {
    case 'task':
      return ctx.task(operationOf(act.options), { value: act.value }, optionsOf(act.options));
    case 'sleep':
      await ctx.sleep(act.seconds);
      return ctx.now().getTime();
    case 'signal':
      return ctx.signal(act.name, act.timeout ? { timeoutSeconds: 30 } : {});
    case 'approval':
      return ctx.approval('yes', null, {
        deadlineSeconds: 30,
        ...(act.otherwise === 'nothing' ? {} : { otherwise: act.otherwise }),
      });
    case 'child':
      return act.detached
        ? ctx.startFlow(child, { value: act.value })
        : ctx.flow(child, { value: act.value });
    case 'state': {
      const state = await ctx.state<unknown>(act.name, null);
      state.set([state.value, ctx.attempt]);
      return state.value;
    }
    case 'show':
      return ctx.artifact({ kind: 'markdown', data: String(ctx.now().getTime()) });
    case 'chance':
      return ctx.random() < 0.5 ? ctx.sleep(1) : ctx.uuid();
    case 'fail':
      throw new Error(`try ${ctx.attempt}`);
    case 'go on as new':
      return ctx.continueAsNew({});
    case 'in turn': {
      const results: unknown[] = [];
      for (const next of act.of) results.push(await perform(next, ctx));
      return results;
    }
    case 'side by side':
      return Promise.all(act.of.map((next) => perform(next, ctx)));
    case 'first of':
      return ctx.race(act.of.map((next) => (own: FlowContext) => perform(next, own)));
    case 'each':
      return ctx.map(Array.from({ length: act.times }), () => perform(act.of, ctx), {
        concurrency: act.concurrency,
      });
    case 'try':
      try {
        return await perform(act.of, ctx);
      } catch (error) {
        return (error as Error).message;
      } finally {
        await perform(act.after, ctx.shielded);
      }
  }
}

const operationOf = ({ once, undo: undoable }: Options) =>
  once ? (undoable ? ONCE_UNDOABLE : ONCE) : undoable ? MANY_UNDOABLE : MANY;

const optionsOf = ({ retries, delay, undo: undoable, toStart, toClose }: Options): TaskCallOptions => ({
  retries,
  retryDelaySeconds: delay,
  ...(undoable ? { compensate: undo } : {}),
  ...(toStart ? { scheduleToStartSeconds: 20 } : {}),
  ...(toClose ? { scheduleToCloseSeconds: 40 } : {}),
});
