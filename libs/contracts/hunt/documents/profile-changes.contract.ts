import { defineOperation } from '#libs/operations';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { FitsInto } from '../fits-into.js';
import { IsStorable } from '../is-storable.js';
import { PreferencesDto, StandingRuleDto } from './preferences.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

const LARGEST_RESUME = 512 * 1024;
const TOO_LARGE = { message: '$property must be at most 512 KiB long as JSON' };

export class ImportProfileInput extends OwnedInput {
  /** A JSON Resume. Source: jsonresume.org/schema. */
  @IsStorable()
  @FitsInto(LARGEST_RESUME, TOO_LARGE)
  @IsObject({ message: '$property must be a JSON Resume, an object' })
  resume: Record<string, unknown>;

  /** Those of the version before stay where there are none. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PreferencesDto)
  preferences?: PreferencesDto;

  /** The one of the version before stays where there is none. */
  @IsOptional()
  @ValidateNested()
  @Type(() => StandingRuleDto)
  standingRule?: StandingRuleDto;

  /** The version that is to be the newest by now, 0 where there is to be none; another one refuses the import. */
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedVersion?: number;
}

export class UpdateProfileInput extends OwnedInput {
  /** Changes to the resume as a JSON Merge Patch: null takes a field away, a list replaces a list. RFC 7396. */
  @IsOptional()
  @IsStorable()
  @FitsInto(LARGEST_RESUME, TOO_LARGE)
  @IsObject({ message: '$property must be a JSON Merge Patch, an object' })
  resume?: Record<string, unknown>;

  /** Fields to change; the others stay. */
  @IsOptional()
  @IsStorable()
  @FitsInto(64 * 1024)
  @IsObject({ message: '$property must be an object with the fields to change' })
  preferences?: Record<string, unknown>;

  /** Fields to change; null takes the rule away. */
  @IsOptional()
  @IsStorable()
  @FitsInto(64 * 1024)
  @IsObject({ message: '$property must be an object with the fields to change, or null' })
  standingRule?: Record<string, unknown> | null;

  /** The version that the change was made against; another one in its place refuses it. */
  @IsOptional()
  @IsInt()
  @Min(1)
  expectedVersion?: number;
}

export class ProfileChangedOutput {
  @IsBoolean()
  success: boolean;

  /** Null in a dry run. */
  @IsOptional()
  @IsString()
  profileId: string | null;

  /** The version that is now the newest; in a dry run the one that it would be. */
  @IsInt()
  version: number;

  /** Parts that differ from the version before, such as `resume.work` or `preferences.places`. */
  @IsArray()
  @IsString({ each: true })
  changed: string[];

  @IsString()
  message: string;

  /** Null where no record is kept. */
  @IsOptional()
  @IsString()
  taskRunId: string | null;
}

/** Fields that versions can be sorted by; a leading `-` means from the latest. */
export const PROFILE_VERSION_SORTS = ['version', '-version'] as const;

export class ListProfileVersionsInput extends OwnedInput {
  /** 1 to 500. */
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  /** The latest first unless said otherwise. */
  @IsIn(PROFILE_VERSION_SORTS, { message: `$property must be one of ${PROFILE_VERSION_SORTS.join(', ')}` })
  sort?: (typeof PROFILE_VERSION_SORTS)[number] = '-version';

  /** `nextCursor` of the page before, with the same sorting. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}

export class ProfileVersionDto {
  @IsInt()
  version: number;

  /** Parts that differ from the version before. */
  @IsArray()
  @IsString({ each: true })
  changed: string[];

  @IsISO8601()
  updatedAt: string;

  @IsBoolean()
  testMode: boolean;
}

export class ListProfileVersionsOutput {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ProfileVersionDto)
  items: ProfileVersionDto[];

  /** Null on the last page. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

const shared = { service: 'documents', category: 'profile', tags: ['profile'], timeoutMs: 30_000 } as const;
const writing = {
  ...shared,
  stage: 'load',
  permissions: ['profile:write'],
  modelsOut: ['Profile'],
  resultRefs: { profileId: 'profiles' },
} as const;

/**
 * Fails with `documents/invalid-profile`, whose fields name path, value and expectation, or with
 * `documents/version-conflict`.
 */
export const ImportProfile = defineOperation({
  ...writing,
  name: 'import_profile',
  description: 'Take a JSON Resume as the newest version of a person’s profile',
  input: ImportProfileInput,
  output: ProfileChangedOutput,
});

/** Fails as `import_profile` does, with `documents/no-profile`, or with `documents/version-conflict`. */
export const UpdateProfile = defineOperation({
  ...writing,
  name: 'update_profile',
  description: 'Change parts of a person’s profile; the version before is kept',
  input: UpdateProfileInput,
  output: ProfileChangedOutput,
});

export const ListProfileVersions = defineOperation({
  ...shared,
  name: 'list_profile_versions',
  stage: 'observe',
  description: 'List the versions of a person’s profile, the newest first',
  permissions: ['profile:read'],
  modelsIn: ['Profile'],
  createTaskrun: false,
  input: ListProfileVersionsInput,
  output: ListProfileVersionsOutput,
});
