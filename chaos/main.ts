import { readOptions } from './options.js';
import type { ChaosOptions } from './options.js';
import { runSession } from './session.js';
import { Cleanup } from './stack/cleanup.js';

/** What starting, settling and checking may take beside the faults, however it hangs. */
const BESIDE_MS = 300_000;
/** Of each kind. */
const MOST_FINDINGS = 4;
const LONGEST_FINDING = 600;

const begun = performance.now();
const say = (line: string): void =>
  console.error(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

const cleanup = new Cleanup();
const end = async (code: number): Promise<never> => {
  await cleanup.run().catch((error: unknown) => say(`not everything could be ended: ${String(error)}`));
  process.exit(code);
};
const leave = (why: string): void => {
  say(`${why}: ending what was started`);
  void end(2);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => leave(signal));
// Whatever goes wrong here, nothing is left running.
process.once('uncaughtException', (error) => leave(error.stack ?? error.message));

let options: ChaosOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
}

const { seed, runs, seconds, cluster, broken } = options;
const again = `SEED=${seed} RUNS=${runs} SECONDS=${seconds}${cluster ? ' CLUSTER=1' : ''}${broken ? ` BREAK=${broken}` : ''}`;
say(`the same schedule again: make chaos ${again}`);
setTimeout(() => leave('not done in time'), seconds * 1_000 + BESIDE_MS).unref();

try {
  const { counts, findings, runs: found, kills } = await runSession(options, cleanup, say);
  for (const [kind, count] of Object.entries(counts)) {
    const those = findings.filter((finding) => finding.startsWith(`${kind}: `));
    for (const finding of those.slice(0, MOST_FINDINGS)) say(finding.slice(0, LONGEST_FINDING));
    if (count > MOST_FINDINGS) say(`${kind}: and ${count - MOST_FINDINGS} more`);
  }
  await cleanup.run();
  console.log(JSON.stringify({ seed, runs: found, kills, ...counts }));
  process.exit(findings.length > 0 ? 1 : 0);
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  await end(2);
}
