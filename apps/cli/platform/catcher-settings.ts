/** What would reach somebody outside by another way than mail. */
const OUTWARD = ['SLACK', 'MATTERMOST', 'DISCORD', 'NTFY'].map((channel) => `NOTIFY_${channel}_URL`);

/**
 * Gives the applier's settings by which all mail, in test mode or not, goes to the catcher at `url`, and nobody is told
 * of invented applications by other ways.
 */
export function catcherSettings(url: string): Readonly<Record<string, string>> {
  // A login and an owner of a real account that are set would stand in the way.
  const unset = ['SMTP_USER', 'SMTP_PASSWORD', 'ACCOUNTS_USER_ID', 'CATCHER_WEBHOOK_URL', ...OUTWARD];
  return {
    SMTP_URL: url,
    CATCHER_SMTP_URL: url,
    ...Object.fromEntries(unset.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, ''])),
    SMTP_URL_FILE: '',
    CATCHER_SMTP_URL_FILE: '',
  };
}
