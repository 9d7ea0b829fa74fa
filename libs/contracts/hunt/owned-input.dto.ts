import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

/** What every request about something that belongs to a person takes. */
export class OwnedInput {
  /** Whose it is; an authenticated identity wins. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  userId?: string;
}
