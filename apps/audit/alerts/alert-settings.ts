import { EnvironmentError } from '#libs/operations';
import type { Environment } from '#libs/secrets';

/** How alerts leave the house. Addresses and passwords are references, resolved when they are used. */
export interface AlertSettings {
  /** `smtp[s]://[user:password@]host:port`, or a reference to it; null where no mail is sent. */
  readonly smtpUrl: string | null;
  readonly from: string;
  /** How often to look, in milliseconds. */
  readonly everyMs: number;
  /** How long a channel may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Where references and webhooks are looked up. */
  readonly env: Environment;
}

export const ALERTS: AlertSettings = {
  smtpUrl: null,
  from: 'alerts@localhost',
  everyMs: 10_000,
  timeoutMs: 10_000,
  env: {},
};

const ADDRESS = /^[^\s@<>]+@[^\s@<>]+$/;

/**
 * Reads `ALERT_SMTP_URL` (`SMTP_URL` where it is left out), `ALERT_FROM` (`alerts@localhost`), `ALERT_SECONDS` (10) and
 * `ALERT_TIMEOUT_MS` (10000); webhooks are `ALERT_WEBHOOK_<NAME>`. Throws EnvironmentError that names each bad value.
 */
export function readAlerts(env: Environment = process.env): AlertSettings {
  const problems: string[] = [];
  const from = env['ALERT_FROM'] ?? ALERTS.from;
  if (!ADDRESS.test(from)) problems.push(`ALERT_FROM is ${JSON.stringify(from)}; expected name@host`);
  const whole = (name: string, otherwise: number): number => {
    const said = env[name] ?? String(otherwise);
    if (/^[1-9]\d{0,6}$/.test(said)) return Number(said);
    problems.push(`${name} is ${JSON.stringify(said)}; expected a whole number above 0`);
    return otherwise;
  };
  const everyMs = whole('ALERT_SECONDS', ALERTS.everyMs / 1_000) * 1_000;
  const timeoutMs = whole('ALERT_TIMEOUT_MS', ALERTS.timeoutMs);
  if (problems.length > 0) throw new EnvironmentError(problems);
  return { smtpUrl: env['ALERT_SMTP_URL'] ?? env['SMTP_URL'] ?? null, from, everyMs, timeoutMs, env };
}
