import type { NotifyTemplate } from '#libs/contracts';

/** What stands in for a field that the metadata lacks. */
const MISSING = '–';
/** A list is cut here. */
const MOST_ITEMS = 20;

const TEXTS: Readonly<Record<NotifyTemplate, string>> = {
  'no-profile': 'The hunt for {{keywords}} did not begin: you have no profile yet.',
  'no-jobs-found': 'No jobs were found for {{keywords}}. Sources that could not be searched: {{unsearched}}.',
  'no-high-matches':
    '{{jobsScraped}} jobs were found for {{keywords}}; none reaches your threshold of {{matchThreshold}}.',
  'nothing-new':
    '{{highMatches}} of {{jobsScraped}} jobs found fit you well; there is an application to each of them already.',
  'hunt-summary':
    '{{jobsScraped}} jobs found, {{highMatches}} fit you well, {{cvsGenerated}} CVs written. Applications: {{waiting}} wait for your word, {{byRule}} go out by your rule, {{failed}} failed.',
  'hunt-failed': 'The hunt failed: {{error}}',
  'approval-waiting': 'An application waits for your word: {{title}} at {{company}} ({{applicationId}}).',
  'application-sent': 'Your application for {{title}} at {{company}} went out to {{to}}.',
  'application-to-hand-in':
    'Your application for {{title}} at {{company}} is approved; hand it in yourself at {{applyUrl}}',
  'application-tomorrow':
    'The application {{applicationId}} that you approved goes out on the next day on which it may: {{reason}}',
  'application-unknown':
    'Whether your application for {{title}} at {{company}} went out is not known. Find out before you send it again, then say so: {{error}}',
  'application-failed': 'Your application for {{title}} at {{company}} did not go out: {{error}}',
};

/** Fills a template. Nothing in the metadata is ever read as a template itself. */
export function fillTemplate(template: NotifyTemplate, metadata: Readonly<Record<string, unknown>>): string {
  return TEXTS[template].replace(/\{\{(\w+)\}\}/g, (_all, field: string) =>
    shown(Object.hasOwn(metadata, field) ? metadata[field] : undefined),
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return MISSING;
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map(shown).join(', ');
    if (value.length === 0) return MISSING;
    return value.length > MOST_ITEMS ? `${items} and ${value.length - MOST_ITEMS} more` : items;
  }
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
