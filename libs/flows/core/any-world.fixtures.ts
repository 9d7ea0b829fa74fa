import type { DecisionEvent, Trigger } from '#libs/run-log';
import type { SimulatedRun } from '../testing/simulated-run.js';

type Of<T extends DecisionEvent['type']> = Extract<DecisionEvent, { type: T }>;
type Happening = () => Promise<unknown>;

/** Lets happen to a run what may happen to it: each choice picks one out of all that its log allows at that moment. */
export async function live(
  run: SimulatedRun,
  choices: readonly number[],
  afterEach: (choice: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  for (const choice of choices) {
    if (run.ended) return;
    const possible = happenings(run);
    await possible[choice % possible.length]!();
    await afterEach(choice);
  }
}

/** Everything that may come next, from the log alone. */
function happenings(run: SimulatedRun): Happening[] {
  const { decisions } = run;
  const heard = run.log.map(({ event }) => event);
  const has = (test: (event: Trigger) => boolean): boolean => heard.some((event) => test(event as Trigger));
  const latest = new Map<number, Of<'TaskScheduled'>>();
  for (const event of decisions) if (event.type === 'TaskScheduled') latest.set(event.step, event);

  const possible: Happening[] = [];
  const may = (times: number, happening: Happening): void => {
    for (let i = 0; i < times; i++) possible.push(happening);
  };

  const neverBegun = new Set(
    run.log.flatMap(({ event, unbegun }) => (event.type === 'TimerFired' && unbegun ? [event.timerId] : [])),
  );
  for (const { step, attempt, taskRunId } of latest.values()) {
    const done = has((e) => e.type === 'TaskFinished' && e.taskRunId === taskRunId && e.attempt === attempt);
    // The orchestrator holds its claim: no service begins it any more.
    if (done || neverBegun.has(`start-by-${step}-${attempt}`)) continue;
    may(6, () => run.succeed(step, { value: `${step}.${attempt}` }));
    may(2, () => run.fail(step));
    may(2, () => run.fail(step, { disposition: 'terminal' }));
    may(1, () => run.lose(step));
    may(1, () => run.finish(step, attempt, { status: 'cancelled' }));
    may(1, () => run.finish(step, attempt, { status: 'deferred', until: (run.now + 1_000) as never }));
    // An attempt that is not the present one.
    may(1, () => run.succeed(step, { value: 'stale' }, attempt - 1));
  }
  for (const event of decisions) {
    switch (event.type) {
      case 'TimerScheduled': {
        const { timerId, kind } = event;
        if (has((e) => e.type === 'TimerFired' && e.timerId === timerId)) continue;
        const rare = kind === 'flow-timeout' || kind === 'clean-up' || kind === 'schedule-to-close';
        may(rare ? 1 : 4, () => run.fire(timerId));
        if (kind === 'schedule-to-start') may(1, () => run.fire(timerId, { unbegun: true }));
        break;
      }
      case 'ApprovalRequested':
        may(2, () => run.approve(event.step));
        may(1, () => run.decline(event.step));
        break;
      case 'ChildScheduled':
        may(2, () => run.childEnds(event.step, { status: 'completed', result: event.childRunId }));
        may(1, () =>
          run.childEnds(event.step, {
            status: 'failed',
            error: { code: 'test/child', message: 'it failed', disposition: 'terminal' },
          }),
        );
        may(1, () => run.childEnds(event.step, { status: 'cancelled' }));
        break;
      case 'ValueRequested':
        may(2, () => run.value(event.step));
        may(2, () => run.value(event.step, [event.name]));
        break;
      default:
        break;
    }
  }
  for (const name of ['a', 'b']) may(1, () => run.signal(name, run.log.length));
  may(1, () => run.signal('a', 'said twice', { id: 'same' }));
  may(1, () => run.cancel());
  may(1, () => run.pause());
  const everything = [...latest.keys()];
  may(run.held ? 8 : 1, () =>
    run.resume(everything.map((step) => ({ step, as: 'succeeded', result: { value: 'by word' } }))),
  );
  may(run.held ? 4 : 1, () => run.resume(everything.map((step) => ({ step, as: 'retry' }))));
  may(run.held ? 4 : 1, () => run.resume(everything.map((step) => ({ step, as: 'failed' }))));
  may(1, () => run.resume());
  return possible;
}
