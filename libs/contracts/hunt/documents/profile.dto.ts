import { Type } from 'class-transformer';
import { IsInt, IsISO8601, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { PreferencesDto, StandingRuleDto } from './preferences.dto.js';

/** One version of a person's profile, whole. */
export class ProfileDto {
  @IsString()
  userId: string;

  /** From 1; each change makes a new one, and old ones are kept. */
  @IsInt()
  version: number;

  /** A JSON Resume, valid by its schema. Source: jsonresume.org/schema. */
  @IsObject()
  resume: Record<string, unknown>;

  @ValidateNested()
  @Type(() => PreferencesDto)
  preferences: PreferencesDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => StandingRuleDto)
  standingRule: StandingRuleDto | null;

  @IsISO8601()
  updatedAt: string;
}
