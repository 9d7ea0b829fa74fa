import type { Evidence } from './evidence.js';
import type { Findings } from './verdict.js';

/** Operations whose effect must come once at most. */
const AT_MOST_ONCE: readonly string[] = ['send'];

/** Nothing that must not happen twice has happened twice, whatever its task run, attempt or process was. */
export function checkEffects({ ledger }: Evidence, findings: Findings): void {
  const taken = new Map<string, number>();
  for (const { kind, operation, label } of ledger)
    if (kind === 'effect' && AT_MOST_ONCE.includes(operation)) taken.set(label, (taken.get(label) ?? 0) + 1);
  for (const [label, times] of taken)
    if (times > 1) findings.add('doubled', `the effect ${label} was taken ${times} times`);
}
