import type { OperationAnswer } from '../gateway/resources.js';
import { resultLines } from '../runs/result-lines.js';
import type { Session } from '../session.js';
import { oneLine } from '../terminal/plain-text.js';
import { paintStatus } from '../terminal/status-style.js';

/** Draws what running an operation came to. */
export function drawAnswer(answer: OperationAnswer, { terminal }: Pick<Session, 'terminal'>): string {
  const lines = [`${answer.operation} ${paintStatus(terminal)(answer.status)}  ${answer.taskRunId}`];
  if (answer.error !== null) lines.push(oneLine(answer.error.message));
  for (const { item, message } of answer.itemErrors) lines.push(oneLine(`  ${item}: ${message}`));
  if (answer.result !== null && answer.result !== undefined) lines.push(resultLines(answer.result));
  return lines.join('\n');
}
