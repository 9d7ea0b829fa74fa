import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const WITHIN_MS = 240_000;

interface Ended {
  readonly code: number;
  readonly told: string;
  readonly report: Readonly<Record<string, number>>;
}

/** Runs a session as `make chaos` does; its last line is the report. */
function chaos(...options: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['dist/chaos/main.js', ...options], (error, stdout, stderr) => {
      const last = stdout.trim().split('\n').at(-1);
      if (!last) return reject(new Error(`no report:\n${stderr}`, { cause: error }));
      const code = typeof error?.code === 'number' ? error.code : 0;
      resolve({ code, told: stderr, report: JSON.parse(last) as Ended['report'] });
    });
  });
}

describe('a session of faults', () => {
  it(
    'loses, doubles and redoes nothing, ends every run, and the audit is what a rebuild gives',
    async () => {
      const { code, told, report } = await chaos('SEED=11', 'RUNS=100', 'SECONDS=10');
      expect({ report, told }).toMatchObject({
        report: { seed: 11, lost: 0, stuck: 0, diverged: 0, redone: 0, doubled: 0, auditDiffers: 0 },
      });
      expect(report.runs).toBeGreaterThanOrEqual(100);
      expect(report.kills).toBeGreaterThan(0);
      expect(code).toBe(0);
    },
    WITHIN_MS,
  );

  it(
    'is seen through where the fence is off: what two orchestrators decided diverges from a replay',
    async () => {
      const { code, report } = await chaos('SEED=11', 'RUNS=30', 'SECONDS=3', 'BREAK=fence');
      expect(report.diverged).toBeGreaterThan(0);
      expect(code).toBe(1);
    },
    WITHIN_MS,
  );
});
