import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { RUN_ENDS, WEBHOOK_SCHEMES, type RunEnd, type WebhookScheme } from '../trigger.js';

const LONGEST = 200;

/** How a trigger is written; which fields go together is checked apart. */
export class TriggerBody {
  /** A type of events, such as `order.created`; `*` stands for one word, `>` at the end for one or more. */
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  readonly event?: string;

  /** A flow whose runs end, or one deployment of it: `flow/name`. */
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  readonly run?: string;

  /** How the run ended; `completed` unless told otherwise. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(RUN_ENDS, { each: true })
  readonly on?: RunEnd[];

  /** Names the secret that requests are signed with. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, {
    message: 'expected 1 to 64 letters, digits and _, the first a letter',
  })
  readonly webhook?: string;

  /** How requests are signed; `standard` unless told otherwise. */
  @IsOptional()
  @IsIn(WEBHOOK_SCHEMES)
  readonly scheme?: WebhookScheme;

  /** Which events count: a query over the event. */
  @IsOptional()
  @IsObject()
  readonly where?: Record<string, unknown>;

  /** Goes over the deployment's parameters; texts may hold expressions over the event. */
  @IsOptional()
  @IsObject()
  readonly parameters?: Record<string, unknown>;
}
