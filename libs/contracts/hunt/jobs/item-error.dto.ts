import { IsOptional, IsString } from 'class-validator';

/** What went wrong with one of many, while the rest went on. */
export class JobErrorDto {
  /** The job's id, or its place in the list as `jobs[3]` where it has none yet. */
  @IsString()
  item: string;

  /** The field that is to blame; null where it is not one field. */
  @IsOptional()
  @IsString()
  field: string | null;

  @IsString()
  message: string;
}
