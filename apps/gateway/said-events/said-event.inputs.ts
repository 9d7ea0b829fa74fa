import { Allow, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** What stands in a header, and what people read. */
const PRINTABLE = /^[\x20-\x7e]+$/;
const IN_PRINT = { message: 'expected printable characters of ASCII' };
export const LONGEST_ID = 128;

/** Something that has happened. */
export class SaidEventBody {
  /** Words with dots between them, such as `order.created`; none that begins with `run.` or `webhook.`. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  type: string;

  /** Any JSON. */
  @IsOptional()
  @Allow()
  data: unknown = null;

  /** The same again from the same source is the same event; `Idempotency-Key`, if left out, or else drawn by lot. */
  @IsOptional()
  @IsString()
  @Matches(PRINTABLE, IN_PRINT)
  @MaxLength(LONGEST_ID)
  id?: string;

  /** Who says so; `user/<your id>`, if left out. */
  @IsOptional()
  @IsString()
  @Matches(PRINTABLE, IN_PRINT)
  @MaxLength(200)
  source?: string;
}
