import type { ModelScoreDto, PreviewScoringOutput } from '#libs/contracts';
import type { OperationRun } from '#libs/operations';
import { readToken } from '#libs/secrets';
import { SCORER_KEY } from '../../settings/scraper-settings.js';
import type { ScraperSettings } from '../../settings/scraper-settings.js';
import { bodyOf, embed, shownAddress } from './embeddings-request.js';
import type { ScoringText } from './scoring-texts.js';
import { cosine, scoreOf } from './similarity.js';

/** Texts of jobs that go out in one request, beside that of the profile. */
const AT_ONCE = 16;

export type ScorerSettings = Pick<
  ScraperSettings,
  | 'scorerUrl'
  | 'scorerModel'
  | 'scorerKey'
  | 'scorerWeight'
  | 'scorerTimeoutMs'
  | 'scorerMost'
  | 'scorerRange'
>;

/** A score of the rules, and the text of its job. */
export interface ToScore {
  readonly rules: number;
  readonly text: ScoringText;
}

/**
 * Scores jobs by how alike their texts and the profile's are to a model of embeddings.
 *
 * 1. Off unless an endpoint is set. Dry runs and test mode never ask it.
 * 2. The score of the rules stands whatever the model says, and counts alone where it says nothing.
 * 3. A posting cannot talk to it: its text is measured, not followed.
 */
export class ModelScorer {
  constructor(
    private readonly settings: ScorerSettings,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  get configured(): boolean {
    return this.settings.scorerUrl !== undefined;
  }

  /** How many of many jobs are worth the asking. */
  get most(): number {
    return this.settings.scorerMost;
  }

  /** Shows what would be sent, byte for byte. */
  preview(profile: ScoringText, job: ScoringText): Omit<PreviewScoringOutput, 'jobId'> {
    const { scorerUrl: url, scorerModel: model, scorerKey, scorerWeight: weight } = this.settings;
    const on = url !== undefined && model !== undefined;
    return {
      configured: on,
      url: on ? shownAddress(url) : null,
      model: on ? model : null,
      keySent: on && scorerKey !== undefined,
      weight,
      texts: [profile, job].map(({ of, fields, text }) => ({ of, fields: [...fields], text })),
      body: on ? bodyOf(model, [profile.text, job.text]) : null,
    };
  }

  /** Scores jobs, in their order. Never fails but for the run's own end: `why` says what went wrong. */
  async score(profile: ScoringText, jobs: readonly ToScore[], run: OperationRun): Promise<ModelScoreDto[]> {
    let broken = this.silent(run);
    const scores: ModelScoreDto[] = [];
    for (let from = 0; from < jobs.length; from += AT_ONCE) {
      const batch = jobs.slice(from, from + AT_ONCE);
      const said = broken ?? (await this.ask(profile, batch, run));
      if (typeof said === 'string') broken = said;
      for (const [at, { rules }] of batch.entries())
        scores.push(
          typeof said === 'string' ? this.without(rules, said) : this.blended(rules, said[at] ?? 0),
        );
    }
    return scores;
  }

  private silent({ flags }: OperationRun): string | null {
    if (!this.configured) return 'no model is set up: SCRAPER_SCORER_URL names none';
    if (flags.dryRun) return 'no model is asked in a dry run: preview_scoring shows what would be sent';
    return flags.testMode ? 'no model is asked in test mode' : null;
  }

  /** Gives scores; or why there are none. */
  private async ask(
    profile: ScoringText,
    jobs: readonly ToScore[],
    run: OperationRun,
  ): Promise<number[] | string> {
    const {
      scorerUrl: url = '',
      scorerModel: model = '',
      scorerKey,
      scorerTimeoutMs,
      scorerRange,
    } = this.settings;
    try {
      const key = scorerKey === undefined ? null : readToken(SCORER_KEY, scorerKey, { env: this.env });
      const endpoint = { url, model, key, timeoutMs: scorerTimeoutMs };
      const texts = [profile.text, ...jobs.map(({ text }) => text.text)];
      const [person = [], ...vectors] = await embed(endpoint, texts, run.signal);
      return vectors.map((vector) => scoreOf(cosine(person, vector), scorerRange));
    } catch (error) {
      run.signal.throwIfAborted();
      const why = `the rules score alone: ${error instanceof Error ? error.message : 'the model failed'}`;
      run.log.warn(why, { model });
      return why;
    }
  }

  private without(rules: number, why: string): ModelScoreDto {
    return { score: null, rules, weight: 0, model: this.settings.scorerModel ?? null, why };
  }

  private blended(rules: number, score: number): ModelScoreDto {
    const { scorerWeight: weight, scorerModel: model = null } = this.settings;
    const why =
      weight === 0 ? 'stands beside the score of the rules' : `is ${Math.round(weight * 100)} % of the score`;
    return { score: rounded(score), rules, weight, model, why };
  }
}

/** Gives the score that counts. */
export const countedScore = ({ score, rules, weight }: ModelScoreDto): number =>
  score === null ? rules : rounded(rules * (1 - weight) + score * weight);

const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;
