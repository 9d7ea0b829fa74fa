import { describe, expect, it } from '@jest/globals';
import type { ArtifactRecord } from './artifact.record.js';
import { foldRun } from './fold-run.js';
import { artifact, BEGIN, flowStarted, inRun, startRequested } from './testing/events.js';

const given = (over: object): ArtifactRecord | undefined =>
  foldRun([inRun(1, startRequested()), inRun(2, flowStarted), inRun(3, artifact(1, over))])?.artifacts[0];

describe('the record of an artifact', () => {
  it('holds what is shown, on whose behalf and by which run', () => {
    expect(given({})).toEqual({
      _id: 'run-1.000000000000003',
      flowRunId: 'run-1',
      flow: 'greet',
      step: 1,
      key: 'greetings',
      kind: 'markdown',
      title: 'Greetings',
      data: '"# hello"',
      bytes: 9,
      actor: { userId: 'local', channel: 'cli' },
      createdAt: new Date(BEGIN + 3_000),
      lastSeq: 3,
    });
  });

  it('needs neither key nor title', () => {
    expect(given({ key: undefined, title: undefined, kind: 'table', data: [{ a: 1 }] })).toMatchObject({
      key: null,
      title: null,
      data: '[{"a":1}]',
    });
  });

  it('leaves data in the log that is too large for a record', () => {
    expect(given({ data: 'ü'.repeat(200_000) })).toMatchObject({ data: null, bytes: 400_002, lastSeq: 3 });
    expect(given({ data: 'u'.repeat(200_000) })).toMatchObject({ bytes: 200_002 });
    expect(given({ data: 'u'.repeat(200_000) })?.data).toHaveLength(200_002);
  });
});
