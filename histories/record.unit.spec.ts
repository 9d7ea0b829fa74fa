import { describe, expect, it } from '@jest/globals';
import { decisionsOf, type RunExport } from '#libs/flows/testing';
import { keepRecording, recordedRuns } from './recorded-runs.js';
import { played, scenarios } from './scenarios.js';

const ROOT = process.cwd();
/** RECORD=1 records what has not been recorded so far; RECORD=cancel,saga a further version of those. */
const asked = process.env.RECORD ?? '';
const known = recordedRuns(ROOT);
const versionsOf = (feature: string): number[] =>
  known.filter((run) => run.feature === feature).map(({ version }) => version);

const wanted = Object.keys(scenarios).filter((feature) =>
  asked === '1' ? versionsOf(feature).length === 0 : asked.split(',').includes(feature),
);
for (const feature of wanted) {
  it(`records ${feature}`, async () => {
    const version = Math.max(0, ...versionsOf(feature)) + 1;
    keepRecording(ROOT, feature, version, await played(feature));
  });
}

describe('the recorded runs', () => {
  it('show everything that there is a scenario for (make them with RECORD=1)', () => {
    const recorded = new Set(recordedRuns(ROOT).map(({ feature }) => feature));
    expect(Object.keys(scenarios).filter((feature) => !recorded.has(feature))).toEqual([]);
  });
});

describe('a scenario', () => {
  it.each(Object.keys(scenarios))(
    'decides the same with replay at every await (rule 2): %s',
    async (feature) => {
      const [usual, replayed] = [await played(feature), await played(feature, true)];
      expect(comparable(replayed)).toEqual(comparable(usual));
    },
  );
});

/** Where in the log things lie is the log's matter; the id of a run that restarts another is drawn. */
const comparable = (recording: RunExport): string[] =>
  decisionsOf(recording).map((decision) =>
    JSON.stringify(decision, (key, value: unknown) => (key === 'fedSeq' ? undefined : value)).replaceAll(
      recording.runId,
      'run',
    ),
  );
