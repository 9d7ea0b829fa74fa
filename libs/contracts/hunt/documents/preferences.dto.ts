import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsInstant } from '../../is-instant.js';

/** Ways by which an application can go out. */
export const CHANNELS = ['email', 'form'] as const;
export type Channel = (typeof CHANNELS)[number];

const Words = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    IsArray({ message: '$property must be a list of words' }),
    ArrayMaxSize(200),
    IsString({ each: true }),
    Length(1, 200, { each: true }),
  ])
    decorate(target, property);
};

export class SalaryWishDto {
  /** A year, before tax. */
  @IsNumber()
  @Min(0)
  min: number;

  /** ISO 4217. */
  @Matches(/^[A-Z]{3}$/, { message: '$property must be a currency of ISO 4217, such as EUR' })
  currency: string = 'EUR';
}

/** What a person wants of a job, beside what their profile says of them. */
export class PreferencesDto {
  @Words()
  titlesWanted: string[] = [];

  /** One of them in a title excludes the job. */
  @Words()
  titlesUnwanted: string[] = [];

  /** Cities, regions or countries. */
  @Words()
  places: string[] = [];

  /** `only` excludes what is not remote, `no` what is. */
  @IsIn(['only', 'preferred', 'any', 'no'])
  remote: 'only' | 'preferred' | 'any' | 'no' = 'any';

  @IsOptional()
  @ValidateNested()
  @Type(() => SalaryWishDto)
  salary: SalaryWishDto | null = null;

  /** Languages that the person works in, BCP 47. */
  @Words()
  languages: string[] = [];

  @Words()
  blockedEmployers: string[] = [];

  /** Applications that may go out on one day. */
  @IsInt()
  @Min(0)
  @Max(100)
  dailyLimit: number = 10;
}

/** A person's leave to send without asking each time. There is none unless the person makes one. */
export class StandingRuleDto {
  /** From 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  leastScore: number;

  /** Empty means any that is not blocked. */
  @Words()
  employers: string[] = [];

  @IsArray()
  @IsIn(CHANNELS, { each: true })
  channels: Channel[] = ['email'];

  @IsInt()
  @Min(1)
  @Max(100)
  perDay: number;

  /** From then on it holds no longer. */
  @IsInstant()
  until: string;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  note?: string;
}
