import type { SourceHealthDto, SourceState } from '#libs/contracts';
import type { SourceHealth } from './source-health.schema.js';

export interface HealthFacts {
  /** Null where the source is on. */
  readonly offBecause: string | null;
  readonly asked: boolean;
  readonly boards: number;
  /** Null where it was never asked. */
  readonly health: SourceHealth | null;
}

/** Tells how a source stands; one that is off still tells when it last came through. */
export function healthView(
  { name, title }: { readonly name: string; readonly title: string },
  { offBecause, asked, boards, health }: HealthFacts,
): SourceHealthDto {
  const { lastAskedAt, lastSuccessAt, lastFailure, failuresInARow } = health ?? {};
  return {
    name,
    title,
    state: stateOf(offBecause, health),
    offBecause,
    asked,
    lastAskedAt: lastAskedAt?.toISOString() ?? null,
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastFailure: lastFailure
      ? { outcome: lastFailure.outcome, message: lastFailure.message, at: lastFailure.at.toISOString() }
      : null,
    failuresInARow: failuresInARow ?? 0,
    boards,
  };
}

function stateOf(offBecause: string | null, health: SourceHealth | null): SourceState {
  if (offBecause !== null) return 'off';
  if (health === null) return 'unknown';
  return health.failuresInARow > 0 && health.lastFailure ? health.lastFailure.outcome : 'ok';
}
