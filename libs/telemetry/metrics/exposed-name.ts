const SUFFIXES: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * Gives the name that a metric is exposed by: OpenTelemetry's with its unit behind, as Prometheus has it, which the
 * exporter for this language leaves out. Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility".
 */
export function exposedName(name: string, unit: string): string {
  const suffix = SUFFIXES[unit];
  return suffix === undefined ? name : `${name}.${suffix}`;
}
