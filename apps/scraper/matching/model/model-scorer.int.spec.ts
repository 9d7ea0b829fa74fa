import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import {
  CreateJobsBatch,
  GetProfile,
  MatchJob,
  MatchJobs,
  PreferencesDto,
  PreviewScoring,
  ProcessJobs,
} from '#libs/contracts';
import type { MatchJobsInput, ProcessJobsInput, ProfileDto } from '#libs/contracts';
import { Operation, startService } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import { taskRunId } from '#libs/run-log';
import { createLogger } from '#libs/telemetry';
import { KIM, startTestScraper } from '../../scraping/scraper.fixtures.js';
import type { TestScraper } from '../../scraping/scraper.fixtures.js';
import { readScraperSettings } from '../../settings/scraper-settings.js';
import { ModelScorer } from './model-scorer.js';
import { jobText } from './scoring-texts.js';
import type { ScoringText } from './scoring-texts.js';

const KEY = 'a-key-that-nobody-may-see';

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
type Answer = (texts: string[], response: ServerResponse) => void;

/** Likens texts by whether they speak of TypeScript or of Rust. */
const vectorOf = (text: string): number[] => [
  /TypeScript/.test(text) ? 1 : 0,
  /Rust/.test(text) ? 1 : 0,
  0.1,
];
const sensibly: Answer = (texts, response) => {
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
  response.setHeader('content-type', 'application/json');
  // The order of an answer is not promised.
  response.end(JSON.stringify({ object: 'list', data: data.reverse() }));
};

const silently: Answer = () => undefined;

let model: Server;
let url: string;
let answer: Answer = sensibly;
const asked: Asked[] = [];

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const piece of request) body += String(piece);
  asked.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
  answer((JSON.parse(body) as { input: string[] }).input, response);
}

beforeAll(async () => {
  model = createServer((request, response) => void take(request, response));
  model.listen(0, '127.0.0.1');
  await once(model, 'listening');
  url = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  model.closeAllConnections();
  model.close();
  await once(model, 'close');
});
beforeEach(() => {
  answer = sensibly;
  asked.length = 0;
});

describe('a model', () => {
  const warnings: string[] = [];
  const run = (flags: Partial<OperationRun['flags']> = {}): OperationRun => ({
    contract: MatchJob,
    taskRunId: taskRunId('task-1'),
    attempt: 1,
    flowRunId: null,
    parentTaskRunId: null,
    actor: { userId: 'kim', channel: 'cli' },
    flags: { dryRun: false, testMode: false, verbose: false, ...flags },
    idempotencyKey: 'task-1',
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    log: {
      debug() {},
      info() {},
      warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
      error() {},
    },
    progress() {},
    itemError() {},
    addResultRef() {},
    call: () => Promise.reject(new Error('calls nothing')),
  });
  const scorer = (env: Record<string, string> = {}) =>
    new ModelScorer(
      readScraperSettings({ SCRAPER_SCORER_URL: url, SCRAPER_SCORER_MODEL: 'small', ...env }),
      env,
    );
  const profile: ScoringText = { of: 'profile', fields: ['skills[0]'], text: 'TypeScript' };
  const jobs = (...titles: string[]) =>
    titles.map((title) => ({ rules: 0.5, text: jobText({ title, description: '' }) }));

  beforeEach(() => {
    warnings.length = 0;
  });

  it('is asked with key, model and texts, and its answers are taken by their index', async () => {
    const env = { SCRAPER_SCORER_KEY: 'env:MY_KEY', MY_KEY: KEY, SCRAPER_SCORER_WEIGHT: '0.25' };
    const scores = await scorer(env).score(profile, jobs('TypeScript', 'Rust'), run());
    expect(scores).toMatchObject([
      { score: 1, rules: 0.5, weight: 0.25, model: 'small' },
      { score: expect.closeTo(0.0099, 3), rules: 0.5 },
    ]);
    expect(asked).toEqual([
      {
        url: '/v1/embeddings',
        authorization: `Bearer ${KEY}`,
        body: JSON.stringify({
          model: 'small',
          input: ['TypeScript', 'TypeScript', 'Rust'],
          encoding_format: 'float',
        }),
      },
    ]);
  });

  it('is sent no header where there is no key', async () => {
    await scorer().score(profile, jobs('Rust'), run());
    expect(asked).toMatchObject([{ authorization: undefined }]);
  });

  it('is asked about many in several requests', async () => {
    const titles = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 'TypeScript' : 'Rust'));
    const scores = await scorer().score(profile, jobs(...titles), run());
    expect(asked).toHaveLength(3);
    expect(scores.map(({ score }) => (score ?? 0) > 0.5)).toEqual(
      titles.map((title) => title === 'TypeScript'),
    );
  });

  it.each<[string, Answer, RegExp]>([
    [
      'refuses the key and quotes it',
      (_texts, response) => {
        response.statusCode = 401;
        response.end(`Incorrect API key provided: ${KEY}`);
      },
      /answers 401/,
    ],
    [
      'leads elsewhere',
      (_texts, response) => {
        response.statusCode = 307;
        response.setHeader('location', '/elsewhere');
        response.end();
      },
      /answers 307/,
    ],
    ['answers no JSON', (_texts, response) => void response.end('<html>'), /no list of embeddings/],
    [
      'answers too few',
      (_texts, response) => void response.end(JSON.stringify({ data: [{ index: 0, embedding: [1] }] })),
      /no list of embeddings/,
    ],
    [
      'answers no numbers',
      (texts, response) =>
        void response.end(JSON.stringify({ data: texts.map((_, index) => ({ index, embedding: ['x'] })) })),
      /no list of embeddings/,
    ],
    [
      'answers vectors of several lengths',
      (texts, response) =>
        void response.end(
          JSON.stringify({
            data: texts.map((_, index) => ({ index, embedding: Array.from({ length: index + 1 }, () => 1) })),
          }),
        ),
      /no list of embeddings/,
    ],
    ['drops the line', (_texts, response) => void response.destroy(), /does not answer/],
    ['is silent', silently, /nothing whole within 1500 ms/],
  ])('that %s leaves the rules to score alone', async (_name, badly, message) => {
    answer = badly;
    const timeout: Record<string, string> = badly === silently ? { SCRAPER_SCORER_TIMEOUT_MS: '1500' } : {};
    const env = { SCRAPER_SCORER_KEY: KEY, SCRAPER_SCORER_WEIGHT: '1', ...timeout };
    const titles = Array.from({ length: 20 }, () => 'Rust');
    const scores = await scorer(env).score(profile, jobs(...titles), run());
    expect(scores).toHaveLength(20);
    for (const score of scores)
      expect(score).toMatchObject({
        score: null,
        rules: 0.5,
        weight: 0,
        why: expect.stringMatching(message),
      });
    // What fails once is not asked again, and goes nowhere else.
    expect(asked).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify([scores, warnings])).not.toContain(KEY);
  });

  it('that is not there, or whose key is not, leaves the rules to score alone', async () => {
    const nowhere = await scorer({ SCRAPER_SCORER_URL: 'http://127.0.0.1:1/v1' }).score(
      profile,
      jobs('Rust'),
      run(),
    );
    expect(nowhere).toMatchObject([{ score: null, why: expect.stringContaining('rules score alone') }]);
    const keyless = await scorer({ SCRAPER_SCORER_KEY: 'env:MISSING' }).score(profile, jobs('Rust'), run());
    expect(keyless).toMatchObject([{ score: null, why: expect.stringContaining('env:MISSING') }]);
    expect(asked).toEqual([]);
  });

  it('ends with the run', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('enough'));
    const scoring = scorer().score(profile, jobs('Rust'), { ...run(), signal: stop.signal });
    await expect(scoring).rejects.toThrow('enough');
  });

  it('is asked neither in a dry run nor in test mode', async () => {
    for (const flags of [{ dryRun: true }, { testMode: true }])
      expect(await scorer().score(profile, jobs('Rust'), run(flags))).toMatchObject([
        { score: null, rules: 0.5, why: expect.stringContaining('no model is asked in') },
      ]);
    expect(asked).toEqual([]);
  });
});

@Controller()
class Profiles {
  @Operation(GetProfile)
  async getProfile(_input: object, run: OperationRun): Promise<ProfileDto> {
    return {
      userId: run.actor.userId,
      version: 2,
      resume: { basics: { name: 'K. Sommer' }, skills: [{ name: 'Backend', keywords: ['TypeScript'] }] },
      preferences: new PreferencesDto(),
      standingRule: null,
      updatedAt: new Date(0).toISOString(),
    };
  }
}

@Module({ controllers: [Profiles] })
class ProfilesModule {}

describe('matching with a model', () => {
  let scraper: TestScraper;
  let documents: RunningService;
  let ids: string[];

  const start = async (settings: Record<string, string>) => {
    scraper = await startTestScraper(() => settings);
    documents = await startService({
      service: 'documents',
      contracts: [GetProfile],
      nats: scraper.nats,
      logger: createLogger({ service: 'documents', level: 'silent' }),
      module: ProfilesModule,
    });
    await scraper.clear();
    const jobs = ['TypeScript', 'Rust', 'TypeScript and Rust'].map((title) => ({
      title,
      company: 'Moorblick',
      description: `We build with ${title}.`,
    }));
    ids = (await scraper.client.call(CreateJobsBatch, { jobs }, KIM)).jobIds;
    await scraper.client.call(ProcessJobs, {} as ProcessJobsInput, KIM);
  };
  const close = async () => {
    await documents.close();
    await scraper.close();
  };

  describe('that is set up', () => {
    beforeAll(() =>
      start({
        SCRAPER_SCORER_URL: url,
        SCRAPER_SCORER_MODEL: 'small',
        SCRAPER_SCORER_KEY: KEY,
        SCRAPER_SCORER_WEIGHT: '0.5',
        SCRAPER_SCORER_MOST: '2',
        SCRAPER_MATCH_WEIGHTS: 'title=0',
      }),
    );
    afterAll(close);

    it('shows exactly what is sent before it is', async () => {
      const jobId = ids[0] ?? '';
      const preview = await scraper.client.call(PreviewScoring, { jobId }, KIM);
      expect(preview).toMatchObject({
        configured: true,
        url: `${url}/embeddings`,
        model: 'small',
        keySent: true,
        weight: 0.5,
        texts: [
          { of: 'profile', fields: ['skills[0].name', 'skills[0].keywords[0]'], text: 'Backend\nTypeScript' },
          { of: 'job', fields: ['title', 'description'], text: 'TypeScript\nWe build with TypeScript.' },
        ],
      });
      expect(JSON.stringify(preview)).not.toContain(KEY);
      expect(asked).toEqual([]);
      await scraper.client.call(MatchJob, { jobId }, KIM);
      expect(asked.map(({ body }) => body)).toEqual([preview.body]);
    });

    it('blends what the model says with what the rules say, and shows both', async () => {
      const jobId = ids[1] ?? '';
      const byRules = await scraper.client.call(MatchJob, { jobId, scorer: 'rules' }, KIM);
      expect(byRules.model).toBeUndefined();
      expect(asked).toEqual([]);
      const { score, model: said, parts } = await scraper.client.call(MatchJob, { jobId }, KIM);
      expect(said).toMatchObject({ rules: byRules.score, weight: 0.5, model: 'small' });
      expect(score).toBeCloseTo((byRules.score + (said?.score ?? 0)) / 2, 3);
      expect(parts.title.weight).toBe(0);
    });

    it('asks about the best by the rules only', async () => {
      const { matches } = await scraper.client.call(MatchJobs, {} as MatchJobsInput, KIM);
      expect(matches).toHaveLength(3);
      expect(matches.filter((match) => match.model)).toHaveLength(2);
      expect(asked).toHaveLength(1);
    });

    it('goes on by the rules when the model fails', async () => {
      answer = (_texts, response) => {
        response.statusCode = 500;
        response.end();
      };
      const { matches, success } = await scraper.client.call(MatchJobs, {} as MatchJobsInput, KIM);
      expect(success).toBe(true);
      expect(matches[0]).toMatchObject({
        model: { score: null, why: expect.stringContaining('answers 500') },
      });
      for (const { score, model: said } of matches) if (said) expect(score).toBe(said.rules);
    });

    it('sends nothing in a dry run', async () => {
      const dry = { ...KIM, flags: { dryRun: true } };
      expect(await scraper.client.call(MatchJob, { jobId: ids[0] ?? '' }, dry)).toMatchObject({
        model: { score: null },
      });
      expect(asked).toEqual([]);
    });

    it('weighs as the installation says, and as the call says over it', async () => {
      const jobId = ids[0] ?? '';
      const { parts } = await scraper.client.call(
        MatchJob,
        { jobId, scorer: 'rules', weights: { skills: 1 } },
        KIM,
      );
      expect(parts).toMatchObject({ skills: { weight: 1 }, title: { weight: 0 }, place: { weight: 1.5 } });
    });
  });

  describe('that is not set up', () => {
    beforeAll(() => start({}));
    afterAll(close);

    it('sends nothing, and says so where one is asked for', async () => {
      const jobId = ids[0] ?? '';
      expect((await scraper.client.call(MatchJob, { jobId }, KIM)).model).toBeUndefined();
      expect(await scraper.client.call(MatchJob, { jobId, scorer: 'model' }, KIM)).toMatchObject({
        model: { score: null, model: null, why: expect.stringContaining('SCRAPER_SCORER_URL') },
      });
      expect(await scraper.client.call(PreviewScoring, { jobId }, KIM)).toMatchObject({
        configured: false,
        url: null,
        body: null,
        texts: [{ of: 'profile' }, { of: 'job' }],
      });
      expect(asked).toEqual([]);
    });
  });
});
