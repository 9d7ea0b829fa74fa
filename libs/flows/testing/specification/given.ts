import type { DecisionEvent } from '#libs/run-log';
import { describeDecision } from '../../core/index.js';
import type { FlowDefinition } from '../../flow.js';
import { SimulatedRun } from '../simulated-run.js';
import { differenceOf } from './difference.js';
import type { Happening } from './happenings.js';

type PartOf<T> = T extends object ? { readonly [K in keyof T]?: PartOf<T[K]> } : T;
type Distributed<E> = E extends { readonly type: string }
  ? { readonly type: E['type'] } & PartOf<Omit<E, 'type'>>
  : never;

/** As much of a decision as matters; what is left out may be anything. */
export type Expected = Distributed<DecisionEvent>;

/** The flow decides other things than the test says. */
export class DecidedOtherwiseError extends Error {
  constructor(
    readonly decided: readonly DecisionEvent[],
    what: string,
  ) {
    const all = decided.map((event, index) => `  ${index + 1}  ${describeDecision(event)}`);
    super([what, 'It decided:', ...(all.length > 0 ? all : ['  nothing'])].join('\n'));
    this.name = 'DecidedOtherwiseError';
  }
}

/**
 * Specifies what a flow decides, as data and without a world around it:
 *
 *     await given(applyToJob, started({ jobId: '7' }), taskSucceeds('generate_cv', cv))
 *       .when(approved('send application'))
 *       .thenDecides(schedules('apply'));
 *
 * Beside the decisions it checks that a crash at any point would change none of them.
 */
export const given = (flow: FlowDefinition, ...history: Happening[]): Given => new Given(flow, history);

/** A flow and what has happened to it so far. */
export class Given {
  constructor(
    private readonly flow: FlowDefinition,
    private readonly history: readonly Happening[],
  ) {}

  /** One or more things come for the run. */
  when(...events: Happening[]): When {
    return new When(this.flow, this.history, events);
  }
}

/** What comes for the run, one after the other. */
export class When {
  constructor(
    private readonly flow: FlowDefinition,
    private readonly history: readonly Happening[],
    private readonly events: readonly Happening[],
  ) {}

  /** Exactly these decisions follow, in this order. Resolves with the run, for whatever else is to be looked at. */
  async thenDecides(...expected: Expected[]): Promise<SimulatedRun> {
    const { run, decided } = await this.play();
    for (let index = 0; index < Math.max(expected.length, decided.length); index++) {
      const [want, got] = [expected[index], decided[index]];
      if (!want) throw new DecidedOtherwiseError(decided, `Decision ${index + 1} is one more than was said.`);
      if (!got)
        throw new DecidedOtherwiseError(decided, `Decision ${index + 1}, ${want.type}, does not follow.`);
      const difference = differenceOf(want, got);
      if (difference) throw new DecidedOtherwiseError(decided, `Decision ${index + 1}: ${difference}.`);
    }
    return run;
  }

  /** Nothing follows. */
  thenDecidesNothing(): Promise<SimulatedRun> {
    return this.thenDecides();
  }

  /** The run halts for a person, with an error of that code. */
  async thenHalts(code: string): Promise<void> {
    const halted = await this.play().then(
      ({ decided }) => decided.find((event) => event.type === 'RunHalted')?.error.code ?? 'no halt',
      (error: { readonly code?: string }) => {
        if (error.code === undefined) throw error;
        return error.code;
      },
    );
    if (halted !== code)
      throw new DecidedOtherwiseError([], `Expected a halt with ${code}, and there was ${halted}.`);
  }

  private async play(): Promise<{ run: SimulatedRun; decided: readonly DecisionEvent[] }> {
    const run = new SimulatedRun(this.flow);
    for (const happening of this.history) await happening(run);
    const decided: DecisionEvent[] = [];
    for (const event of this.events) decided.push(...(await event(run)));
    await run.assertReplays();
    return { run, decided };
  }
}
