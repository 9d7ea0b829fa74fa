import { describe, expect, it } from '@jest/globals';
import { identitiesOf, applicationIdOf } from './identities.js';
import { canonicalBytes, sha256Of } from './outgoing.js';
import type { Outgoing } from './outgoing.js';

const attachment = {
  kind: 'cv' as const,
  documentId: 'cv-1',
  fileName: 'CV.pdf',
  mediaType: 'application/pdf',
  sha256: 'a'.repeat(64),
  bytes: 10,
};
const OUT: Outgoing = {
  userId: 'kim',
  testMode: false,
  jobId: 'job_1',
  channel: 'email',
  from: { name: 'Kim', address: 'kim@kim.example' },
  replyTo: null,
  to: 'jobs@x.example',
  applyUrl: null,
  subject: 'Bewerbung: Koch',
  text: 'Guten Tag\n',
  attachments: [attachment],
};
const sum = (said: Partial<Outgoing> = {}) => sha256Of(canonicalBytes({ ...OUT, ...said }));

describe('the SHA-256 of what goes out', () => {
  it('stays the same over releases, for people have approved it', () => {
    expect(sum()).toBe('a227ee97557675cefbf56d9a1b25de4e76e5c71f4d7e39f820a2f990578ef9de');
  });

  it.each<Partial<Outgoing>>([
    { userId: 'lou' },
    { testMode: true },
    { jobId: 'job_2' },
    { channel: 'form' },
    { from: { name: 'Kim K', address: 'kim@kim.example' } },
    { from: null },
    { replyTo: 'kim@other.example' },
    { to: 'hr@x.example' },
    { applyUrl: 'https://x.example' },
    { subject: 'Bewerbung: Köchin' },
    { text: 'Guten Tag' },
    { attachments: [] },
    { attachments: [attachment, attachment] },
    { attachments: [{ ...attachment, fileName: 'cv.pdf' }] },
    { attachments: [{ ...attachment, sha256: 'b'.repeat(64) }] },
  ])('is another one with %j', (said) => {
    expect(sum(said)).not.toBe(sum());
  });
});

describe('the identities of a job', () => {
  const processing = {
    canonicalJobId: 'a',
    merged: [
      { jobId: 'a', why: '' },
      { jobId: 'c', why: '' },
    ],
  };

  it('are all postings of its opening', () => {
    expect(identitiesOf({ id: 'b', processing: processing as never })).toEqual(['a', 'b', 'c']);
  });

  it('are its own where it was never processed, or its processing names nothing', () => {
    expect(identitiesOf({ id: 'b', processing: null })).toEqual(['b']);
    expect(identitiesOf({ id: 'b', processing: { canonicalJobId: '', merged: [] } as never })).toEqual(['b']);
  });

  it('make one id for each person, mode and job', () => {
    const ids = [
      applicationIdOf('kim', false, 'a'),
      applicationIdOf('kim', true, 'a'),
      applicationIdOf('lou', false, 'a'),
      applicationIdOf('kim', false, 'b'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(applicationIdOf('kim', false, 'a')).toBe(ids[0]);
  });
});
