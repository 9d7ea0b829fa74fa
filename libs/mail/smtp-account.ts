/** A mail server as it is to be talked to. */
export interface SmtpAccount {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  /** STARTTLS or nothing: a password never travels in the clear beyond this machine. */
  readonly requireTLS: boolean;
  readonly ignoreTLS: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly silenceMs: number;
}

/** What of an account need not stand in its address. */
export interface AccountTerms {
  /** In place of those in the address. */
  readonly user?: string | null;
  readonly password?: string | null;
  /** How long the server may say nothing, in milliseconds. */
  readonly silenceMs: number;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;

/** The protocols that the address of a mail server may have. */
export const SMTP_PROTOCOLS: readonly string[] = Object.keys(PORTS);

/** Reads an account out of `smtp[s]://[user:password@]host[:port]`. */
export function accountAt(url: URL, { user, password, silenceMs }: AccountTerms): SmtpAccount {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'smtps:';
  const near = LOOPBACK.test(host);
  const name = user ?? (decodeURIComponent(url.username) || null);
  return {
    host,
    port: url.port === '' ? PORTS[secure ? 'smtps:' : 'smtp:'] : Number(url.port),
    secure,
    requireTLS: !secure && !near && name !== null,
    ignoreTLS: !secure && near,
    user: name,
    password: password ?? (decodeURIComponent(url.password) || null),
    silenceMs,
  };
}
