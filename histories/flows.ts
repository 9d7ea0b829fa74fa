import { IsOptional, IsString } from 'class-validator';
import {
  flow,
  task,
  type FlowContext,
  type FlowDefinition,
  type FlowHooks,
  type FlowOptions,
} from '#libs/flows';
import { defineOperation } from '#libs/operations';

/*
 * Flows whose recorded runs are kept beside them, one for each thing that a flow can do. Their code stays as it is:
 * what must be caught is a change of the engine that a run from before would notice. A new way to do a thing is a new
 * flow, or a new version of one beside the old.
 */

export class NoteDto {
  @IsOptional()
  @IsString()
  text?: string;
}

const operation = (name: string, execution?: 'at-most-once') =>
  defineOperation({
    name,
    service: 'recorded',
    category: 'recorded',
    stage: 'transform',
    description: 'Does what the recording says that it did.',
    input: NoteDto,
    output: NoteDto,
    ...(execution ? { execution } : {}),
  });

const read = operation('read');
const write = operation('write');
const erase = operation('erase');
const post = operation('post', 'at-most-once');

const readPatiently = task(
  { name: 'read_patiently', retries: 3, retryDelaySeconds: [1, 10], retryJitterFactor: 0.1 },
  read,
);

type Body = (input: NoteDto, ctx: FlowContext) => Promise<unknown>;
const recorded = (
  name: string,
  run: Body,
  over: Partial<FlowOptions<NoteDto>> & FlowHooks = {},
): FlowDefinition<NoteDto> =>
  flow({ name, description: 'A flow of which a run is recorded.', input: NoteDto, ...over }, run);

export const tasks = recorded('tasks', async (input, ctx) => {
  const first = await ctx.task(readPatiently, input);
  const [left, right] = await Promise.all([
    ctx.task(write, { text: `${first.text} left` }),
    ctx.task(write, { text: `${first.text} right ${ctx.uuid()}` }, { tags: ['right'], lane: 'urgent' }),
  ]);
  return [left.text, right.text, ctx.random(), ctx.now().toISOString()];
});

export const taskTerms = recorded('task_terms', async (input, ctx) => {
  const kept = await ctx.task(read, input, {
    cacheKey: ({ userId }) => `${userId}/read`,
    cacheExpirationSeconds: 3_600,
    resultStorageKey: 'read_{date}_{input.text}',
    logPrints: true,
  });
  const known = await ctx.storedResult('read_2026-01-01_a');
  return [kept, known];
});

export const taskTimes = recorded('task_times', async (_input, ctx) => [
  await ctx.task(write, {}, { scheduleToStartSeconds: 30 }).catch((error: Error) => error.message),
  await ctx
    .task(read, {}, { scheduleToCloseSeconds: 20, retries: 9, retryDelaySeconds: 15 })
    .catch((error: Error) => error.message),
]);

export const mapped = recorded('mapped', (_input, ctx) =>
  ctx.map(['a', 'b', 'c', 'd'], async (text) => (await ctx.task(read, { text })).text, { concurrency: 2 }),
);

export const slept = recorded('slept', async (_input, ctx) => {
  await ctx.sleep(0);
  await ctx.sleep(365 * 24 * 3_600);
  return ctx.now().toISOString();
});

export const signals = recorded('signals', async (_input, ctx) => {
  const early = ctx.signal<string>('word');
  const none = await ctx.signal('nobody', { timeoutSeconds: 60 }).catch((error: Error) => error.message);
  return [await early, none, await ctx.signal('word')];
});

export const approvals = recorded('approvals', async (_input, ctx) => {
  const asked = await ctx.approval(
    'by a person',
    { page: 1 },
    { approvers: ['editor'], deadlineSeconds: 3_600 },
  );
  const timed = await ctx.approval('by the clock', null, { deadlineSeconds: 60, otherwise: 'declined' });
  const late = await ctx
    .approval('too late', null, { deadlineSeconds: 60 })
    .catch((error: Error) => error.message);
  return [asked.by?.userId, asked.comment, timed.approved, timed.by, late];
});

export const child = recorded('child', async (input, ctx) => {
  if (input.text === 'bad') throw new Error('a bad child');
  await ctx.sleep(5);
  return ctx.task(read, input);
});

export const children = recorded('children', async (_input, ctx) => {
  const apart = await ctx.startFlow(child, { text: 'apart' }, { key: 'apart' });
  const both = await Promise.all([
    ctx.flow(child, { text: 'good' }, { tags: ['good'] }),
    ctx.flow(child, { text: 'bad' }).catch((error: Error) => error.message.replace(/run \S+/, 'run')),
  ]);
  return [apart.runId.endsWith('-1'), ...both];
});

export const paused = recorded('paused', async (_input, ctx) => {
  const words = [await ctx.signal('word'), await ctx.signal('word')];
  return [...words, ctx.now().toISOString()];
});

export const cancelled = recorded('cancelled', async (_input, ctx) => {
  try {
    await Promise.all([ctx.task(read, {}), ctx.flow(child, { text: 'lost' }), ctx.sleep(3_600)]);
  } finally {
    await ctx.shielded.task(write, { text: 'cleaned up' });
  }
});

export const timedOut = recorded(
  'timed_out',
  (_input, ctx) => ctx.signal('never').catch(() => ctx.shielded.task(write, { text: 'too late' })),
  { timeoutSeconds: 120 },
);

export const retried = recorded(
  'retried',
  async (_input, ctx) => {
    await ctx.sleep(1);
    const once = await ctx.task(read, { text: 'once' });
    if (ctx.attempt < 3) throw new Error(`try ${ctx.attempt}`);
    return [once.text, ctx.attempt];
  },
  { retries: 2, retryDelaySeconds: 60 },
);

export const undone = recorded('undone', async (_input, ctx) => {
  await ctx.task(write, { text: 'first' }, { compensate: erase });
  await ctx.task(
    write,
    { text: 'second' },
    {
      compensate: {
        task: erase,
        input: (result: NoteDto, input: NoteDto) => ({ text: `${input.text}/${result.text}` }),
      },
    },
  );
  const open = ctx.task(write, { text: 'slow' }, { compensate: erase });
  await ctx.sleep(1);
  void open;
  throw new Error('all for nothing');
});

export const hooked = recorded('hooked', (input, ctx) => ctx.task(read, input), {
  onSuccess: async (ctx, { result }) => void (await ctx.task(write, result as NoteDto)),
});

export const raced = recorded('raced', async (_input, ctx) => {
  const first = await ctx.race<unknown>([
    (own) => own.task(read, { text: 'slow' }),
    async (own) => {
      await own.sleep(5);
      return own.race<string>([(inner) => inner.signal('word'), async () => 'at once']);
    },
    (own) => own.flow(child, { text: 'a child' }),
  ]);
  return first;
});

export const shown = recorded('shown', async (_input, ctx) => {
  ctx.artifact({ kind: 'markdown', key: 'summary', title: 'A summary', data: '# Nothing new' });
  await ctx.sleep(1);
  ctx.artifact({ kind: 'table', data: [{ a: 1 }, { a: 2 }] });
  ctx.artifact({ kind: 'link', data: 'https://example.org/' });
});

export const counted = recorded('counted', async (_input, ctx) => {
  const count = await ctx.state('count', 0);
  count.set(count.value + 1);
  await ctx.sleep(1);
  return count.value;
});

export const continued = recorded('continued', async (input, ctx) => {
  await ctx.signal('next');
  const { text = '' } = input;
  return text.length < 2 ? ctx.continueAsNew({ text: `${text}+` }) : text;
});

export const posted = recorded('posted', async (_input, ctx) => {
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].map((text) => ctx.task(post, { text }, { compensate: erase })),
  );
  return outcomes.map(({ status }) => status);
});

export const restarted = recorded('restarted', async (_input, ctx) => {
  await ctx.sleep(1);
  const first = await ctx.task(read, { text: 'kept' });
  await ctx.signal('word');
  return ctx.task(write, first);
});

export const leftUnbegun = recorded('left_unbegun', async (_input, ctx) => {
  await ctx.task(read, {}, { scheduleToStartSeconds: 10, retries: 1, retryDelaySeconds: 5 });
});

/** What the engine knew before its behaviours were numbered: tasks, retries, sleeps, and ends on the spot. */
export const plain = recorded(
  'plain',
  async (input, ctx) => {
    const first = await ctx.task(readPatiently, input, { retryDelaySeconds: 10 });
    const [left] = await Promise.all([ctx.task(write, first), ctx.sleep(60)]);
    return [left.text, ctx.now().toISOString(), ctx.uuid()];
  },
  { retries: 1, retryDelaySeconds: 30, timeoutSeconds: 600 },
);

export const recordedFlows: readonly FlowDefinition[] = [
  tasks,
  taskTerms,
  taskTimes,
  mapped,
  slept,
  signals,
  approvals,
  child,
  children,
  paused,
  cancelled,
  timedOut,
  retried,
  undone,
  hooked,
  raced,
  shown,
  counted,
  continued,
  posted,
  restarted,
  leftUnbegun,
  plain,
];
