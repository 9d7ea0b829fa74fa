import { IsBoolean, IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { JobStatus } from '#libs/contracts';
import { TerminalError } from '#libs/operations';

/** Null is a value, and none that these can have. */
const IfGiven = (): PropertyDecorator => ValidateIf((_changes, value) => value !== undefined);

/** What a person may say of a job. */
export class JobChanges {
  @IfGiven()
  @IsIn(Object.values(JobStatus))
  status?: JobStatus;

  @IfGiven()
  @IsString()
  @MaxLength(20_000)
  notes?: string;

  /** Check only. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class DryRunQuery {
  /** Say what would be done. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** There is no such job, or it is somebody else's. */
export class UnknownJobError extends TerminalError {
  constructor(id: string, message: string) {
    super('jobs/not-found', `there is no job ${id}`, [{ field: 'id', value: id, message }]);
  }
}
