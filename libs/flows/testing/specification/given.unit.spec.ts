import { describe, expect, it } from '@jest/globals';
import { flow, type FlowContext } from '../../index.js';
import {
  approved,
  asksForApproval,
  cancelled,
  childEnds,
  completes,
  DecidedOtherwiseError,
  declined,
  endsCancelled,
  fails,
  given,
  paused,
  resumed,
  schedules,
  signalComes,
  sleeps,
  started,
  startsChild,
  taskFails,
  taskIsLost,
  taskSucceeds,
  timePasses,
  undoes,
  valueIsLoaded,
  waitsForSignal,
} from '../index.js';
import { SampleDto, sampleOperation } from '../sample-operations.js';

const book = sampleOperation('book');
const unbook = sampleOperation('unbook');
const mail = sampleOperation('mail', { execution: 'at-most-once' });

const named = (name: string, run: (input: SampleDto, ctx: FlowContext) => Promise<unknown>) =>
  flow({ name, description: 'A flow under test.', input: SampleDto }, run);

const child = named('child', async () => 1);
const trip = named('trip', async (input, ctx) => {
  const booked = await ctx.task(book, input, { compensate: unbook, retries: 1, retryDelaySeconds: 60 });
  const { approved: yes } = await ctx.approval('go', booked);
  if (!yes) throw new Error('declined');
  await ctx.task(mail, booked);
  return booked.value;
});

describe('a specification', () => {
  it('says what a flow decides when something comes', async () => {
    await given(trip, started({ value: 'a' }))
      .when(taskSucceeds('book', { value: 'booked' }))
      .thenDecides(asksForApproval('go'));
    await given(trip, started(), taskSucceeds('book', { value: 'booked' }), approved('go'))
      .when(taskSucceeds('mail'))
      .thenDecides(completes('booked'));
  });

  it('says what is undone', async () => {
    const given2 = given(trip, started(), taskSucceeds('book', { value: 'booked' }));
    await given2
      .when(declined('go'))
      .thenDecides({ type: 'CompensationStarted', steps: [1] }, undoes(1, 'unbook', { value: 'booked' }));
    await given2
      .when(declined('go'), taskSucceeds('unbook'))
      .thenDecides({ type: 'CompensationStarted' }, undoes(1, 'unbook'), fails('flow/error'));
  });

  it('lets time pass', async () => {
    await given(trip, started(), taskFails('book')).when(timePasses(59)).thenDecidesNothing();
    await given(trip, started(), taskFails('book'))
      .when(timePasses(60))
      .thenDecides(schedules('book', {}, 2));
  });

  it('speaks of cancels, pauses, children, signals and values', async () => {
    const all = named('all', async (input, ctx) => {
      await ctx.state('mark', 0);
      await ctx.signal('word');
      await ctx.flow(child, input);
      await ctx.sleep(5);
    });
    const before = given(all, started({ value: 'a' }), valueIsLoaded('mark'));
    await before.when(signalComes('word')).thenDecides(startsChild('child', { value: 'a' }));
    await before.when(cancelled()).thenDecides({ type: 'FlowCancelling' }, endsCancelled());
    await before.when(paused(), signalComes('word')).thenDecides({ type: 'RunPaused' });
    await given(all, started()).when(valueIsLoaded('mark', 7)).thenDecides(waitsForSignal('word'));
    await given(all, started(), valueIsLoaded('mark'), signalComes('word'))
      .when(childEnds('child', { status: 'completed', result: 1 }))
      .thenDecides(sleeps(5));
  });

  it('speaks of what halts a run', async () => {
    const sent = given(trip, started(), taskSucceeds('book'), approved('go'));
    await sent.when(taskIsLost('mail')).thenHalts('flow/ambiguous-outcome');
    await sent
      .when(taskIsLost('mail'), resumed({ step: 3, as: 'succeeded', result: {} }))
      .thenDecides({ type: 'RunHalted' }, { type: 'RunResumed' }, completes());
    const stuck = named('stuck', () => new Promise(() => undefined));
    await given(stuck).when(started()).thenHalts('flow/foreign-promise');
  });
});

describe('a specification that does not hold', () => {
  const booked = given(trip, started({ value: 'a' })).when(taskSucceeds('book', { value: 'b' }));

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'something else follows',
      () => booked.thenDecides(completes()),
      'type is "ApprovalRequested", expected "FlowCompleted"',
    ],
    [
      'less follows',
      () => booked.thenDecides(asksForApproval('go'), completes()),
      'Decision 2, FlowCompleted, does not follow',
    ],
    ['more follows', () => booked.thenDecidesNothing(), 'Decision 1 is one more than was said'],
    [
      'a field differs',
      () => booked.thenDecides({ type: 'ApprovalRequested', name: 'stay' }),
      'name is "go", expected "stay"',
    ],
    ['it does not halt', () => booked.thenHalts('flow/foreign-promise'), 'there was no halt'],
  ])('says so where %s, and lists what was decided', async (_what, check, sentence) => {
    const error: unknown = await check().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DecidedOtherwiseError);
    expect((error as Error).message).toContain(sentence);
  });

  it('says what the run waits for where a name is wrong', async () => {
    await expect(given(trip, started()).when(taskSucceeds('boook')).thenDecidesNothing()).rejects.toThrow(
      'the run waits for no "boook"; it has asked for "book"',
    );
  });
});
