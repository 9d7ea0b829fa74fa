import type { Orchestrator } from '#libs/flows';

/** What a process has taken of its machine. */
export interface Usage {
  readonly rssBytes: number;
  /** Highest so far. */
  readonly peakRssBytes: number;
  /** Processor time so far, in the program and in the system for it, in milliseconds. */
  readonly cpuMs: number;
  /** Runs in memory. */
  readonly resident: number;
}

export function usage(orchestrator: Orchestrator): Usage {
  const { user, system } = process.cpuUsage();
  return {
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1_024,
    cpuMs: (user + system) / 1_000,
    resident: orchestrator.resident(),
  };
}
