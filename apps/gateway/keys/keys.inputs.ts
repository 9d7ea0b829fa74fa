import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ROLE_NAMES, type Role } from '#libs/key-registry';

const DAY_SECONDS = 86_400;

export class CreateKeyInput {
  /** What people call it, such as what it is for. */
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name: string;

  /** Whom the key speaks for; who asks, unless said otherwise. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  userId?: string;

  /** What it may do: a role, or else permissions. */
  @IsOptional()
  @IsIn(ROLE_NAMES)
  role?: Role;

  /** Permissions such as jobs:read, or patterns of them such as jobs:* or *:read. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Matches(/^(\*|(\*|[a-z][a-z0-9-]{0,31}):(\*|[a-z][a-z0-9-]{0,31}))$/, {
    each: true,
    message: 'each of permissions must be an area and a verb such as jobs:read, jobs:* or *:read, or * alone',
  })
  permissions?: string[];

  /** After so many days it is taken no more; for ever, if left out. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3_650)
  expiresInDays?: number;
}

export class RotateKeyInput {
  /** For how long the old secret is still taken, in seconds; not at all, if left out. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(7 * DAY_SECONDS)
  graceSeconds?: number;
}

export class KeysQuery {
  /** Lists those that are revoked or have expired, too. */
  @IsOptional()
  @IsBoolean()
  all?: boolean;

  /** Only those of one user. */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  userId?: string;
}
