import type { DiagLogger } from '@opentelemetry/api';

/**
 * Says each complaint of the SDK once: a collector that is away would otherwise fill the log with the same stack
 * every second, and tracing is never the reason for a service to fall silent or noisy.
 */
export function collectorComplaints(say: (line: string) => void): DiagLogger {
  const said = new Set<string>();
  const complain = (message: string): void => {
    const sentence = sentenceOf(message);
    if (said.has(sentence)) return;
    said.add(sentence);
    say(`tracing: ${sentence}`);
  };
  const ignore = (): void => {};
  return { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore };
}

/** The SDK reports an export error as the JSON of an Error; its message is what a person wants to read. */
function sentenceOf(message: string): string {
  try {
    const parsed: unknown = JSON.parse(message);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not JSON: the sentence itself.
  }
  return message;
}
