import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { CHANNELS } from '../documents/preferences.dto.js';
import type { Channel } from '../documents/preferences.dto.js';
import { APPLICATION_WARNINGS, ApplicationStatus, WENT_OUT } from './application-status.js';
import type { ApplicationWarning, WentOut } from './application-status.js';

export class ApplicationWarningDto {
  @IsIn(APPLICATION_WARNINGS)
  code: ApplicationWarning;

  @IsString()
  message: string;
}

export class AttachmentDto {
  @IsIn(['cv', 'letter'])
  kind: 'cv' | 'letter';

  @IsString()
  documentId: string;

  @IsString()
  fileName: string;

  @IsString()
  mediaType: string;

  /** Of the bytes, in hex. */
  @IsString()
  sha256: string;

  @IsInt()
  bytes: number;
}

/** Who has approved what, as it was said to `apply_job`. */
export class ApprovalRecordDto {
  @IsIn(['person', 'standing-rule'])
  kind: 'person' | 'standing-rule';

  @IsString()
  by: string;

  @IsISO8601()
  at: string;

  /** Of what was approved. */
  @IsString()
  sha256: string;

  @IsOptional()
  @IsString()
  comment: string | null;
}

export class ApplicationEventDto {
  @IsISO8601()
  at: string;

  /** Null for the first one. */
  @IsOptional()
  @IsIn(Object.values(ApplicationStatus))
  from: ApplicationStatus | null;

  @IsIn(Object.values(ApplicationStatus))
  to: ApplicationStatus;

  @IsString()
  by: string;

  @IsOptional()
  @IsString()
  note: string | null;
}

/** A picture of the employer's form, as it was filled in last. */
export class ApplicationPictureDto {
  /** Of the PNG; `get_application_file` gives it. */
  @IsString()
  sha256: string;

  @IsString()
  pageUrl: string;

  @IsISO8601()
  at: string;
}

/** An application as lists show it. */
export class ApplicationSummaryDto {
  @IsString()
  id: string;

  @IsString()
  userId: string;

  @IsString()
  jobId: string;

  /** The ids of all postings of the same opening; none of them is applied to again. */
  @IsArray()
  @IsString({ each: true })
  identities: string[];

  @IsString()
  title: string;

  @IsString()
  company: string;

  @IsString()
  cvId: string;

  @IsOptional()
  @IsString()
  letterId: string | null;

  @IsIn(Object.values(ApplicationStatus))
  status: ApplicationStatus;

  @IsIn(CHANNELS)
  channel: Channel;

  /** `maybe` while it is on its way, and where that is unknown. */
  @IsIn(WENT_OUT)
  wentOut: WentOut;

  /** The mail address it goes to; null for a form. */
  @IsOptional()
  @IsString()
  to: string | null;

  @IsOptional()
  @IsString()
  applyUrl: string | null;

  @IsISO8601()
  preparedAt: string;

  @IsOptional()
  @IsISO8601()
  sentAt: string | null;

  @IsISO8601()
  updatedAt: string;

  @IsBoolean()
  testMode: boolean;
}

/** An application whole. */
export class ApplicationDto extends ApplicationSummaryDto {
  /** Of exactly what goes out; an approval is bound to it. */
  @IsString()
  sha256: string;

  @IsOptional()
  @IsString()
  from: string | null;

  @IsOptional()
  @IsString()
  replyTo: string | null;

  @IsString()
  subject: string;

  /** The mail's text, or the filled summary of a form. */
  @IsString()
  text: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => AttachmentDto)
  attachments: AttachmentDto[];

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ApplicationWarningDto)
  warnings: ApplicationWarningDto[];

  @IsOptional()
  @ValidateNested()
  @Type(() => ApprovalRecordDto)
  approval: ApprovalRecordDto | null;

  /** Of the mail that went out, as its header says it. */
  @IsOptional()
  @IsString()
  messageId: string | null;

  /** SHA-256 of the whole mail as it was handed to the server; `get_application_file` gives it. */
  @IsOptional()
  @IsString()
  mailSha256: string | null;

  /** What the mail server said last. */
  @IsOptional()
  @IsString()
  serverSaid: string | null;

  /** Null where no form was filled in. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ApplicationPictureDto)
  picture: ApplicationPictureDto | null;

  @IsString()
  notes: string;

  /** Rises with each change; an edit may name the one that it was made against. */
  @IsOptional()
  @IsInt()
  revision?: number;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ApplicationEventDto)
  history: ApplicationEventDto[];
}
