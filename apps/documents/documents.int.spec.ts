import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import {
  DOCUMENT_FORMATS,
  DOCUMENTS_CONTRACTS,
  GenerateCv,
  GenerateLetter,
  GetCv,
  GetDocument,
  GetJob,
  GetLetter,
  GetProfile,
  ImportProfile,
  ListDocuments,
  ListTemplates,
} from '#libs/contracts';
import type { GetJobInput, JobDto } from '#libs/contracts';
import { MongoKeeper } from '#libs/mongo';
import { Operation, startService, TerminalError } from '#libs/operations';
import type { RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { DocumentsModule } from './documents.module.js';
import { JOB, RESUME } from './documents.fixtures.js';

const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const;
const LEE = { actor: { userId: 'lee', channel: 'cli' } } as const;
const NOW = '2026-11-21T10:00:00.000Z';

const jobs = new Map<string, JobDto>();

function addJob(id: string, changes: Partial<JobDto> = {}): string {
  jobs.set(id, {
    ...JOB,
    ...{
      id,
      userId: 'kim',
      company: 'Größe & Söhne',
      locations: [],
      remote: null,
      salary: null,
      employmentTypes: [],
    },
    ...{
      postedAt: null,
      validThrough: null,
      firstSeenAt: NOW,
      lastSeenAt: NOW,
      url: null,
      applyUrl: null,
      tags: [],
    },
    ...{
      source: { name: 'jsonld', postingId: id, references: {} },
      status: 'new',
      notes: '',
      testMode: false,
    },
    ...{ descriptionHtml: '', detail: 'full', ...changes },
  });
  return id;
}

@Controller()
class Jobs {
  @Operation(GetJob)
  async getJob({ jobId }: GetJobInput): Promise<JobDto> {
    const job = jobs.get(jobId);
    if (!job) throw new TerminalError('jobs/not-found', `there is no job ${jobId}`);
    return job;
  }
}

@Module({ controllers: [Jobs] })
class ScraperStandIn {}

let documents: RunningService;
let scraper: RunningService;
const count = (name: string) =>
  documents.app.get<Connection>(getConnectionToken()).collection(name).countDocuments();

beforeAll(async () => {
  const logger = createLogger({ service: 'documents', level: 'silent' });
  const nats = testNats().url;
  [documents, scraper] = await Promise.all([
    startService({
      ...{ service: 'documents', contracts: DOCUMENTS_CONTRACTS, nats, logger },
      module: DocumentsModule.register({ mongoUri: testMongoUri(), settings: {} }),
    }),
    startService({ service: 'scraper', contracts: [GetJob], nats, logger, module: ScraperStandIn }),
  ]);
  await documents.app.get(MongoKeeper).connected;
  await documents.client.call(ImportProfile, { resume: RESUME }, KIM);
});
afterAll(async () => {
  await Promise.all([documents.close(), scraper.close()]);
});

describe('a CV and a letter for a job', () => {
  it('are kept with their claims, each with its source in the profile', async () => {
    const jobId = addJob('job_kept');
    const made = await documents.client.call(GenerateCv, { jobId, cvTemplate: 'default' }, KIM);
    expect(made).toMatchObject({ success: true, documentId: made.cvId, language: 'de', profileVersion: 1 });
    const cv = await documents.client.call(GetCv, { cvId: made.cvId! }, KIM);
    expect(cv).toMatchObject({
      ...{ id: made.cvId, kind: 'cv', jobId, template: 'default', sha256: made.sha256, pages: 1 },
      fileName: 'Lebenslauf_Joerg-Muessig-Oeztuerk_Groesse-Soehne.pdf',
      warnings: ['the profile holds HTML at basics.summary; it is shown as it stands there'],
    });
    expect(cv.claims).toHaveLength(made.claims);
    expect(cv.claims).toContainEqual({
      text: 'Senkte die Kosten um 40 %',
      sources: ['work[1].highlights[0]'],
    });
    const letter = await documents.client.call(GenerateLetter, { jobId, letterTemplate: 'plain' }, KIM);
    const { claims, markdown } = await documents.client.call(GetLetter, { letterId: letter.letterId! }, KIM);
    expect(claims).toContainEqual({
      text: 'Derzeit arbeite ich als Teamleiter bei Größe & Söhne.',
      sources: ['work[1].position', 'work[1].name'],
    });
    expect(markdown).toContain('hiermit bewerbe ich mich um die Stelle');
  });

  it('are written in the language that is asked for, else in the posting’s, else in English', async () => {
    const german = addJob('job_german', { language: 'de-DE' });
    const french = addJob('job_french', { language: 'fr' });
    const languageOf = async (input: { jobId: string; language?: 'en' | 'de' }) =>
      (await documents.client.call(GenerateLetter, { letterTemplate: 'default', ...input }, KIM)).language;
    expect(await languageOf({ jobId: german })).toBe('de');
    expect(await languageOf({ jobId: german, language: 'en' })).toBe('en');
    expect(await languageOf({ jobId: french })).toBe('en');
  });

  it('are handed out in every format, the same bytes each time', async () => {
    const { cvId } = await documents.client.call(
      GenerateCv,
      { jobId: addJob('job_files'), cvTemplate: 'modern' },
      KIM,
    );
    for (const format of DOCUMENT_FORMATS) {
      const file = await documents.client.call(GetDocument, { documentId: cvId!, format }, KIM);
      const content = Buffer.from(file.content, 'base64');
      expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
      expect(file).toMatchObject({
        bytes: content.byteLength,
        kind: 'cv',
        fileName: expect.stringMatching(`.${format}$`),
      });
      expect(await documents.client.call(GetDocument, { documentId: cvId!, format }, KIM)).toEqual(file);
    }
  });

  it('are written once however often the same attempt is made', async () => {
    const input = { jobId: addJob('job_once'), cvTemplate: 'default' };
    const first = await documents.client.call(GenerateCv, input, { ...KIM, idempotencyKey: 'step-1' });
    const before = await count('cvs');
    const second = await documents.client.call(GenerateCv, input, { ...KIM, idempotencyKey: 'step-1' });
    expect([second.cvId, second.sha256]).toEqual([first.cvId, first.sha256]);
    expect(await count('cvs')).toBe(before);
  });

  it('are not kept in a dry run', async () => {
    const before = await count('letters');
    const input = { jobId: addJob('job_dry'), letterTemplate: 'default' };
    const answer = await documents.client.call(GenerateLetter, input, { ...KIM, flags: { dryRun: true } });
    expect(answer).toMatchObject({
      letterId: null,
      documentId: null,
      sha256: expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(await count('letters')).toBe(before);
  });

  it('of a test are left out of lists unless asked for', async () => {
    const jobId = addJob('job_test');
    const flags = { testMode: true };
    const { cvId } = await documents.client.call(
      GenerateCv,
      { jobId, cvTemplate: 'default' },
      { ...KIM, flags },
    );
    const ids = async (input: object) =>
      (await documents.client.call(ListDocuments, { kind: 'cv', limit: 50, jobId, ...input }, KIM)).items.map(
        ({ id }) => id,
      );
    expect(await ids({})).toEqual([]);
    expect(await ids({ includeTest: true })).toEqual([cvId]);
  });

  it('are nobody else’s', async () => {
    const { cvId } = await documents.client.call(
      GenerateCv,
      { jobId: addJob('job_mine'), cvTemplate: 'default' },
      KIM,
    );
    const unknown = { code: 'documents/unknown-document' };
    await expect(documents.client.call(GetCv, { cvId: cvId! }, LEE)).rejects.toMatchObject(unknown);
    const file = { documentId: cvId!, format: 'pdf' } as const;
    await expect(documents.client.call(GetDocument, file, LEE)).rejects.toMatchObject(unknown);
    expect((await documents.client.call(ListDocuments, { kind: 'cv', limit: 50 }, LEE)).items).toEqual([]);
  });

  it('stand a posting of 2 MB and an employer named like a path', async () => {
    const jobId = addJob('job_hostile', { description: 'Go '.repeat(700_000), company: '../../etc/passwd' });
    const { cvId } = await documents.client.call(
      GenerateCv,
      { jobId, cvTemplate: 'compact', language: 'en' },
      KIM,
    );
    const { fileName } = await documents.client.call(GetDocument, { documentId: cvId!, format: 'md' }, KIM);
    expect(fileName).toBe('CV_Joerg-Muessig-Oeztuerk_etc-passwd.md');
  });

  it.each([
    ['a job that is none', { jobId: 'job_none' }, 'jobs/not-found'],
    ['a template that is none', { jobId: 'job_kept', letterTemplate: 'fancy' }, 'documents/unknown-template'],
    [
      'a claim without source',
      { jobId: 'job_kept', paragraphs: [{ text: 'I led 90 people.', sources: [] }] },
      'documents/unsourced-claim',
    ],
    [
      'a source that holds nothing',
      { jobId: 'job_kept', paragraphs: [{ text: 'I led people.', sources: ['work[7].summary'] }] },
      'documents/unsourced-claim',
    ],
    ['an employer whom no font shows', { jobId: 'job_korean' }, 'documents/no-glyphs'],
  ])('are refused for %s', async (_what, input, code) => {
    addJob('job_kept');
    addJob('job_korean', { company: '삼성' });
    const before = await count('letters');
    const call = documents.client.call(GenerateLetter, { letterTemplate: 'default', ...input }, KIM);
    await expect(call).rejects.toMatchObject({ code });
    expect(await count('letters')).toBe(before);
  });

  it('are refused without a profile, and of one that says nothing but a name', async () => {
    const input = { jobId: addJob('job_bare'), cvTemplate: 'default' };
    const nobody = { actor: { userId: 'nobody', channel: 'cli' } } as const;
    await expect(documents.client.call(GetProfile, {}, nobody)).rejects.toMatchObject({
      code: 'documents/no-profile',
    });
    await expect(documents.client.call(GenerateCv, input, nobody)).rejects.toMatchObject({
      code: 'documents/no-profile',
    });
    await documents.client.call(ImportProfile, { resume: { basics: { name: 'Lee' } } }, LEE);
    await expect(documents.client.call(GenerateCv, input, LEE)).rejects.toMatchObject({
      code: 'documents/bare-profile',
    });
  });
});

describe('templates', () => {
  it('are three for CVs and two for letters, in both languages', async () => {
    const { items } = await documents.client.call(ListTemplates, {}, KIM);
    expect(items.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      ...['cv/compact', 'cv/default', 'cv/modern', 'letter/default', 'letter/plain'],
    ]);
    expect(items.every(({ languages, builtIn }) => languages.length === 2 && builtIn)).toBe(true);
  });
});
