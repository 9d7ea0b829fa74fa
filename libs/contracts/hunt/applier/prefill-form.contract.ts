import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

/** What a form may ask for that can be filled in. */
export const FORM_FIELDS = [
  'name',
  'firstName',
  'lastName',
  'email',
  'phone',
  'street',
  'postalCode',
  'city',
  'country',
  'linkedin',
  'xing',
  'github',
  'website',
  'letterText',
  'cv',
  'letter',
] as const;
export type FormField = (typeof FORM_FIELDS)[number];

/** Why a page cannot be filled in. */
export const FORM_OBSTACLES = [
  /** It answers with an error, or not at all. */
  'unreachable',
  /** It wants to be logged in to, or an account to be made. */
  'login',
  /** It wants to be shown that no program asks. */
  'captcha',
  /** Its form lies in a frame of another host. */
  'foreign-frame',
  'no-form',
  /** There are fields, and none of them is one that can be told. */
  'nothing-recognised',
  /** Test mode opens no page of the outside. */
  'test-mode',
] as const;
export type FormObstacle = (typeof FORM_OBSTACLES)[number];

export class PrefillFormInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(128)
  applicationId: string;

  /** Open no page, and tell what is at hand to fill in. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class FilledFieldDto {
  @IsIn(FORM_FIELDS)
  field: FormField;

  /** As the page names it; empty in a dry run. */
  @IsString()
  label: string;

  /** In short where it is long: of a file its name and size. */
  @IsString()
  value: string;
}

export class LeftFieldDto {
  @IsString()
  label: string;

  /** As far as the page says so. */
  @IsBoolean()
  required: boolean;

  @IsString()
  why: string;
}

export class PrefillFormOutput {
  /** Whether any field was filled in; in a dry run, whether anything is at hand. */
  @IsBoolean()
  success: boolean;

  @IsString()
  applicationId: string;

  @IsString()
  applyUrl: string;

  /** Where the page was in the end; null where none was opened. */
  @IsOptional()
  @IsString()
  pageUrl: string | null;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => FilledFieldDto)
  filled: FilledFieldDto[];

  /** For the person to fill in by themselves. */
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LeftFieldDto)
  left: LeftFieldDto[];

  /** Null where the page could be filled in. */
  @IsOptional()
  @IsIn(FORM_OBSTACLES)
  obstacle: FormObstacle | null;

  /** How many requests of the page were held back: those that send something, and all once it is filled in. */
  @IsInt()
  heldBack: number;

  /** Of a picture of the page (PNG), which `get_application_file` gives; null where there is none. */
  @IsOptional()
  @IsString()
  screenshotSha256: string | null;

  @IsString()
  message: string;

  @IsBoolean()
  dryRun: boolean;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/**
 * Opens the page in a browser of this machine, fills in what it knows and takes a picture. Nothing is submitted, no box
 * is ticked, and nothing that was typed leaves the machine. A page that cannot be filled in is an answer with
 * `success: false` that names its `obstacle`. Fails with `applier/no-browser` where none is set up,
 * `applier/no-form` where the application goes by mail or has no page, `applier/not-possible` where it is past being
 * handed in, `applier/address-refused` where the page lies in a private network, and `applier/browser-failed`.
 */
export const PrefillForm = defineOperation({
  name: 'prefill_form',
  service: 'applier',
  category: 'applications',
  stage: 'act',
  description: 'Fill in an employer’s web form as far as it can be told, and show it; nothing is submitted',
  tags: ['applications'],
  permissions: ['applications:write'],
  modelsIn: ['Application', 'Profile', 'Letter'],
  modelsOut: ['Application'],
  resultRefs: { applicationId: 'applications' },
  // Each is a browser of its own.
  concurrency: 2,
  timeoutMs: 120_000,
  input: PrefillFormInput,
  output: PrefillFormOutput,
});
