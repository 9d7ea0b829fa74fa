import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class PreviewScoringInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  jobId: string;
}

export class ScoringTextDto {
  @IsIn(['profile', 'job'])
  of: 'profile' | 'job';

  /** Where its lines come from: paths in the resume and the preferences, or fields of the job. */
  @IsArray()
  @IsString({ each: true })
  fields: string[];

  @IsString()
  text: string;
}

export class PreviewScoringOutput {
  @IsString()
  jobId: string;

  /** Whether there is a model to ask; where there is none, nothing is ever sent. */
  @IsBoolean()
  configured: boolean;

  @IsOptional()
  @IsString()
  url: string | null;

  @IsOptional()
  @IsString()
  model: string | null;

  /** Whether a key goes along, in a header. */
  @IsBoolean()
  keySent: boolean;

  /** How much of a score would be the model's, from 0 to 1. */
  @IsNumber()
  weight: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ScoringTextDto)
  texts: ScoringTextDto[];

  /** The whole body of the request for this one job; null where there is no model. */
  @IsOptional()
  @IsString()
  body: string | null;
}

/** Fails with `jobs/not-found`, and with what get_profile fails with. */
export const PreviewScoring = defineOperation({
  name: 'preview_scoring',
  service: 'scraper',
  category: 'matching',
  stage: 'observe',
  description: 'Show exactly what a model would be sent to score a job; sends nothing',
  tags: ['jobs', 'matching'],
  permissions: ['jobs:read'],
  modelsIn: ['Job', 'Profile'],
  createTaskrun: false,
  timeoutMs: 30_000,
  input: PreviewScoringInput,
  output: PreviewScoringOutput,
});
