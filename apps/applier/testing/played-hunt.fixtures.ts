import { createHash } from 'node:crypto';
import { Controller, Inject, Module } from '@nestjs/common';
import { GetDocument, GetJob, GetProfile, MatchJob, PreferencesDto, UpdateJob } from '#libs/contracts';
import type {
  DocumentFileDto,
  GetDocumentInput,
  GetJobInput,
  JobDto,
  JobProcessingDto,
  MatchJobInput,
  MatchJobOutput,
  ProfileDto,
  StandingRuleDto,
  UpdateJobInput,
  UpdateJobOutput,
} from '#libs/contracts';
import { Operation, RetryableError, startService, TerminalError } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';

/** What the other services of the hunt know; a spec changes it as it goes. */
export class World {
  readonly jobs = new Map<string, JobDto>();
  readonly documents = new Map<string, DocumentFileDto>();
  readonly scores = new Map<string, number>();
  preferences: PreferencesDto = { ...new PreferencesDto(), dailyLimit: 100 };
  standingRule: StandingRuleDto | null = null;
  /** Of every letter, as Markdown. */
  letterText = '# Kim\n\nDear all,\n';
  /** Whether jobs can be changed. */
  jobsAreOpen = true;
  resume: Record<string, unknown> = {
    basics: { name: 'Kim Müller-Öz', email: 'kim@kim.example', phone: '+49 170 1' },
  };

  addJob(id: string, said: Partial<JobDto> = {}): JobDto {
    const seen = '2026-11-02T08:00:00.000Z';
    const job: JobDto = {
      id,
      userId: 'kim',
      title: `Koch ${id}`,
      company: `Moorblick ${id} GmbH`,
      locations: [],
      remote: null,
      salary: null,
      employmentTypes: [],
      postedAt: null,
      validThrough: null,
      firstSeenAt: seen,
      lastSeenAt: seen,
      url: `https://board.example/${id}`,
      applyUrl: `mailto:jobs@${id}.example`,
      language: 'de',
      tags: [],
      source: { name: 'arbeitnow', postingId: id, references: {} },
      status: 'new',
      notes: '',
      testMode: false,
      description: '',
      descriptionHtml: '',
      detail: 'full',
      processing: null,
      ...said,
    };
    this.jobs.set(id, job);
    return job;
  }

  /** Makes several postings one opening. */
  merge(...ids: string[]): void {
    for (const id of ids) {
      const merged = ids.filter((other) => other !== id).map((jobId) => ({ jobId, why: 'same' }));
      const job = this.jobs.get(id);
      if (job) this.jobs.set(id, { ...job, processing: processed({ canonicalJobId: ids[0] ?? id, merged }) });
    }
  }

  addDocument(documentId: string, kind: 'cv' | 'letter', text = `%PDF ${documentId}`): void {
    const content = Buffer.from(text);
    this.documents.set(documentId, {
      documentId,
      kind,
      fileName: kind === 'cv' ? 'Lebenslauf Kim Müller-Öz.pdf' : 'Anschreiben.pdf',
      mediaType: 'application/pdf',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      content: content.toString('base64'),
    });
  }
}

export const processed = (said: Partial<JobProcessingDto> = {}): JobProcessingDto => ({
  processedAt: '2026-11-02T09:00:00.000Z',
  version: 1,
  language: 'de',
  places: [],
  salary: null,
  employmentTypes: [],
  skills: [],
  requirements: [],
  canonicalJobId: '',
  merged: [],
  repostOf: null,
  agency: false,
  ...said,
});

const WORLD = Symbol('world');

@Controller()
class PlayedScraper {
  constructor(@Inject(WORLD) private readonly world: World) {}

  @Operation(GetJob)
  async getJob({ jobId }: GetJobInput, run: OperationRun): Promise<JobDto> {
    const job = this.world.jobs.get(jobId);
    if (job?.userId !== run.actor.userId)
      throw new TerminalError('jobs/not-found', `there is no job ${jobId}`);
    return job;
  }

  @Operation(UpdateJob)
  async updateJob({ jobId, changes }: UpdateJobInput, run: OperationRun): Promise<UpdateJobOutput> {
    const job = await this.getJob({ jobId }, run);
    if (!this.world.jobsAreOpen) throw new RetryableError('jobs/away', 'the jobs are away');
    const changed = { ...job, ...changes };
    this.world.jobs.set(jobId, changed);
    return { success: true, jobId, updated: changes, job: changed };
  }

  @Operation(MatchJob)
  async matchJob({ jobId }: MatchJobInput): Promise<MatchJobOutput> {
    const part = { score: null, weight: 1, why: 'played' };
    return {
      jobId,
      score: this.world.scores.get(jobId) ?? 0,
      excluded: null,
      met: [],
      missing: [],
      unjudged: [],
      parts: { skills: part, title: part, place: part, salary: part, language: part },
      profileVersion: 1,
    };
  }
}

@Controller()
class PlayedDocuments {
  constructor(@Inject(WORLD) private readonly world: World) {}

  @Operation(GetProfile)
  async getProfile(_input: object, run: OperationRun): Promise<ProfileDto> {
    const { resume, preferences, standingRule } = this.world;
    const updatedAt = '2026-11-02T08:00:00.000Z';
    return { userId: run.actor.userId, version: 1, resume, preferences, standingRule, updatedAt };
  }

  @Operation(GetDocument)
  async getDocument({ documentId, format }: GetDocumentInput): Promise<DocumentFileDto> {
    const found = this.world.documents.get(documentId);
    if (!found) throw new TerminalError('documents/unknown-document', `there is no document ${documentId}`);
    if (format !== 'md') return found;
    return { ...found, content: Buffer.from(this.world.letterText).toString('base64') };
  }
}

@Module({})
class Played {}

/** Starts stand-ins for the services that the applier asks. */
export async function playHunt(nats: string, world: World): Promise<{ close(): Promise<void> }> {
  const start = (
    service: string,
    controller: typeof PlayedScraper | typeof PlayedDocuments,
    contracts: never,
  ) =>
    startService({
      service,
      contracts,
      nats,
      logger: createLogger({ service, level: 'silent' }),
      module: {
        module: Played,
        controllers: [controller],
        providers: [{ provide: WORLD, useValue: world }],
      },
    });
  const running: RunningService[] = await Promise.all([
    start('scraper', PlayedScraper, [GetJob, UpdateJob, MatchJob] as never),
    start('documents', PlayedDocuments, [GetProfile, GetDocument] as never),
  ]);
  return { close: async () => void (await Promise.all(running.map((service) => service.close()))) };
}
