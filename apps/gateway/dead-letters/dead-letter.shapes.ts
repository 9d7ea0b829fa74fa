import { GetDeadLetter } from '#libs/contracts';
import type { DeadLetterDto } from '#libs/contracts';
import { linkedShape } from '../docs/output-shape.js';

interface Links {
  readonly self: string;
  readonly taskRun: string;
  readonly flowRun?: string;
  readonly retry?: string;
}
export type DeadLetter = DeadLetterDto & { readonly links: Links };

export const DEAD_LETTER = linkedShape(
  'DeadLetter',
  GetDeadLetter.output,
  'self',
  'taskRun',
  'flowRun?',
  'retry?',
);

export function linkedLetter(letter: DeadLetterDto): DeadLetter {
  return {
    ...letter,
    links: {
      self: `/dead-letters/${letter.id}`,
      taskRun: `/task-runs/${letter.ofTaskRun}`,
      ...(letter.flowRunId ? { flowRun: `/flow-runs/${letter.flowRunId}` } : {}),
      ...(letter.retryTaskRunId ? { retry: `/task-runs/${letter.retryTaskRunId}` } : {}),
    },
  };
}
