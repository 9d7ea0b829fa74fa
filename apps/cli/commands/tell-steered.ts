import type { Command } from 'commander';
import type { SteerAnswer } from '../gateway/resources.js';
import type { Session } from '../session.js';
import { oneLine } from '../terminal/plain-text.js';

export const runPath = (id: string): string => `/flow-runs/${encodeURIComponent(id)}`;

/** Says what was stored, to whom it went, and what one may want to type next. */
export function tell(
  session: Session,
  command: Command,
  answer: SteerAnswer,
  sentence: string,
  next = `jobhunter flow-run watch ${answer.runId}`,
): void {
  session.answer(command, answer, () =>
    [
      answer.duplicate
        ? `${sentence}; the very same was said a moment before.`
        : `${sentence}: ${answer.runId}.`,
      ...(answer.note ? [oneLine(answer.note)] : []),
      `Next: ${next}`,
    ].join('\n'),
  );
}
