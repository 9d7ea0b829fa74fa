import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the recorded runs lie. */
const FOLDER = 'histories';
const FILE = /^([a-z-]+)\.v(\d+)\.json$/;

export interface RecordedRun {
  /** What it shows. */
  readonly feature: string;
  /** Which recording of it: a new one stands beside the old, which must go on to replay. */
  readonly version: number;
  readonly file: string;
  readonly text: string;
}

/** Reads every recorded run. */
export function recordedRuns(root: string): RecordedRun[] {
  const folder = join(root, FOLDER);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const [, feature, version] = FILE.exec(file) ?? [];
      if (feature === undefined) throw new Error(`${FOLDER}/${file}: expected <feature>.v<number>.json`);
      return { feature, version: Number(version), file, text: readFileSync(join(folder, file), 'utf8') };
    });
}

/** Keeps a recording; never in the place of another. */
export function keepRecording(root: string, feature: string, version: number, recording: unknown): void {
  const file = join(root, FOLDER, `${feature}.v${version}.json`);
  // Where on the recording machine an error came up says nothing about the run.
  const told = JSON.stringify(
    recording,
    (key, value: unknown) => (key === 'traceback' ? undefined : value),
    1,
  );
  writeFileSync(file, `${told}\n`, { flag: 'wx' });
}
