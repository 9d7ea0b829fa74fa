import type { StepView } from '#libs/flows';

type Times = 'askedAt' | 'endedAt';

/** One thing that a flow has asked for. `number` is what a restart names; times are ISO 8601. */
export type StepAnswer = Omit<StepView, Times> & {
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly links: { readonly taskRun?: string; readonly child?: string };
};

export function stepAnswer({ askedAt, endedAt, ...step }: StepView): StepAnswer {
  const { taskRunId, childRunId } = step;
  return {
    ...step,
    askedAt: new Date(askedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    links: {
      ...(taskRunId === undefined ? {} : { taskRun: `/task-runs/${taskRunId}` }),
      ...(childRunId === undefined ? {} : { child: `/flow-runs/${childRunId}` }),
    },
  };
}
