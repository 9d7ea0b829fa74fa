import { checkAudit } from './check-audit.js';
import { checkEffects } from './check-effects.js';
import { checkEnds } from './check-ends.js';
import { checkReplay } from './check-replay.js';
import { checkSteps } from './check-steps.js';
import type { Evidence } from './evidence.js';
import { Findings, type Verdict } from './verdict.js';

/*
 * Judges a session by what it has left behind: the log, the ledger that the operations have written, the audit's
 * records, and what clients were told. Shares no code with the engine; the one thing that comes from it is the outcome
 * of a replay, which is made in a process of its own and compared here.
 */
export async function check(
  evidence: Evidence,
  audit: { readonly written: string; readonly rebuilt: string },
): Promise<Verdict> {
  const findings = new Findings();
  checkEnds(evidence, findings);
  checkReplay(evidence, findings);
  checkSteps(evidence, findings);
  checkEffects(evidence, findings);
  await checkAudit(audit, findings);
  return { counts: findings.counts, findings: findings.told };
}
