import type { ApplicationWarning, Channel, StandingRuleDto } from '#libs/contracts';
import { employerKey } from './employer-name.js';

export interface RuleCase {
  readonly rule: StandingRuleDto | null;
  /** As match_job says it, now. */
  readonly match: { readonly score: number; readonly excluded: { readonly message: string } | null };
  readonly company: string;
  readonly channel: Channel;
  readonly warnings: readonly ApplicationWarning[];
  readonly now: Date;
}

/** Of these a person wants to be asked, whatever the rule says. */
const ASK_FIRST: readonly ApplicationWarning[] = ['blocked-employer', 'same-employer', 'repost', 'expired'];

/**
 * Names all reasons for which a standing rule does not cover an application; none means that it does. How many it lets
 * out on a day is counted where they are sent.
 */
export function whyNotCovered({ rule, match, company, channel, warnings, now }: RuleCase): string[] {
  if (!rule) return ['the profile has no standing rule'];
  const why: string[] = [];
  if (Date.parse(rule.until) <= now.getTime()) why.push(`it held until ${rule.until}`);
  if (match.excluded) why.push(`the job is out of the question (${match.excluded.message})`);
  if (match.score < rule.leastScore)
    why.push(`the match score is ${match.score}, and it asks for ${rule.leastScore}`);
  if (!rule.channels.includes(channel))
    why.push(`it lets go out by ${rule.channels.join(', ') || 'no channel'}, not by ${channel}`);
  const employer = employerKey(company);
  if (rule.employers.length > 0 && !rule.employers.some((name) => employerKey(name) === employer))
    why.push(`${JSON.stringify(company)} is none of its employers`);
  for (const warning of warnings)
    if (ASK_FIRST.includes(warning)) why.push(`a person has to be asked (${warning})`);
  return why;
}
