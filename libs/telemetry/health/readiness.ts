/** Tells in a sentence why something is not as it must be; nothing where it is. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** What must be as it should for a service to do its work, by name. */
export type Checks = Readonly<Record<string, Check>>;

export interface CheckResult {
  readonly status: 'ok' | 'down';
  readonly reason?: string;
}

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly service: string;
  /** What is wrong, a sentence each; empty where it is ready. */
  readonly missing: readonly string[];
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** How long a check may take, in milliseconds: those who ask wait no longer than some seconds. */
const LIMIT_MS = 2_000;

/** Runs all checks side by side. Never throws: a check that fails or does not end in time is down. */
export async function readinessOf(service: string, checks: Checks, limitMs = LIMIT_MS): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await resultOf(check, limitMs)] as const),
  );
  const missing = results.flatMap(([name, { reason }]) =>
    reason === undefined ? [] : [`${name}: ${reason}`],
  );
  const status = missing.length === 0 ? 'ready' : 'not ready';
  return { status, service, missing, checks: Object.fromEntries(results) };
}

/** Puts the checks of a service that shares its process under its name. */
export const checksUnder = (service: string, checks: Checks): Checks =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [`${service}.${name}`, check]));

async function resultOf(check: Check, limitMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${limitMs} ms`), limitMs);
  });
  try {
    const reason = await Promise.race([check(), late]);
    return reason === undefined ? { status: 'ok' } : { status: 'down', reason };
  } catch (error) {
    return { status: 'down', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
