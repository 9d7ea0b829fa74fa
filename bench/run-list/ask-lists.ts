import type { ListFlowRunsInput, ListTaskRunsInput } from '#libs/contracts';
import { CapturedFinds } from './captured-finds.js';
import type { CapturedFind, Plan } from './captured-finds.js';
import { deepCursor } from './deep-cursor.js';
import { Dice } from './dice.js';
import { FLOW_RUN_FILTERS, SORTS, TASK_RUN_FILTERS } from './lists.js';

export type Input = ListTaskRunsInput & ListFlowRunsInput;

/** Asks for one page of runs. */
export type AskPage = (input: Input) => Promise<{ readonly nextCursor: string | null }>;

export interface Asking {
  /** How often each kind of list is asked for, each time for something else. */
  readonly tries: number;
  readonly until: number;
}

/** How long pages of one kind of list took, in milliseconds, and how the last of them was found. */
export interface ListTimes {
  readonly list: string;
  readonly ms: readonly number[];
  readonly plan: Plan;
}

/** The same pages once more, by the service's code and bare, one after the other. */
export interface Compared {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

const PAGE = 20;
const SEED = 66;

interface Page {
  readonly ask: AskPage;
  readonly input: Input;
}

/** Asks for lists of all kinds: each filter with each sorting, from the beginning and from somewhere in the middle. */
export class AskLists {
  private readonly asked: Page[] = [];

  constructor(
    private readonly lists: { readonly taskRuns: AskPage; readonly flowRuns: AskPage },
    private readonly finds: CapturedFinds,
  ) {}

  async all({ tries, until }: Asking): Promise<ListTimes[]> {
    const times: ListTimes[] = [];
    const dice = new Dice(SEED);
    const kinds = [
      ...Object.entries(TASK_RUN_FILTERS).map((filter) => ['taskRuns', ...filter] as const),
      ...Object.entries(FLOW_RUN_FILTERS).map((filter) => ['flowRuns', ...filter] as const),
    ];
    for (const [collection, name, filter] of kinds)
      for (const sort of SORTS) {
        const inputs = Array.from({ length: tries }, () => ({ ...filter(dice, until), sort, limit: PAGE }));
        const kind = `${collection} by ${name}, ${sort}`;
        times.push(...(await this.pagesOf(kind, this.lists[collection], inputs, { dice, until })));
      }
    return times;
  }

  /** Asks for some of the pages again. */
  async compare(count: number): Promise<Compared> {
    const ours: number[] = [];
    const bare: number[] = [];
    const step = Math.max(1, Math.floor(this.asked.length / count));
    for (let at = 0; at < this.asked.length; at += step) {
      const { finds, ms } = await this.timed(this.asked[at] as Page);
      ours.push(ms);
      const begun = performance.now();
      await this.finds.bare(finds);
      bare.push(performance.now() - begun);
    }
    return { ours, bare };
  }

  private async pagesOf(
    kind: string,
    ask: AskPage,
    inputs: readonly (Input & { sort: (typeof SORTS)[number] })[],
    { dice, until }: { readonly dice: Dice; readonly until: number },
  ): Promise<ListTimes[]> {
    const first: number[] = [];
    const deep: number[] = [];
    let firstFinds: readonly CapturedFind[] | undefined;
    let deepFinds: readonly CapturedFind[] | undefined;
    for (const input of inputs) {
      const { ms, finds, nextCursor } = await this.timed({ ask, input });
      first.push(ms);
      firstFinds = finds;
      if (nextCursor === null) continue;
      const cursor = deepCursor(nextCursor, input, dice, until);
      const page = await this.timed({ ask, input: { ...input, cursor } });
      deep.push(page.ms);
      deepFinds = page.finds;
    }
    const listed: ListTimes[] = [];
    if (firstFinds) listed.push({ list: kind, ms: first, plan: await this.finds.explain(firstFinds) });
    if (deepFinds)
      listed.push({ list: `${kind}, deep`, ms: deep, plan: await this.finds.explain(deepFinds) });
    return listed;
  }

  private async timed({ ask, input }: Page) {
    this.asked.push({ ask, input });
    const begun = performance.now();
    const { nextCursor } = await ask(input);
    return { ms: performance.now() - begun, finds: this.finds.take(), nextCursor };
  }
}
