import { IsIn, IsInt, IsISO8601, IsOptional, IsString } from 'class-validator';
import { WaitKind } from './statuses.js';

/** One thing that a run waits for beside its tasks. */
export class FlowWaitDto {
  @IsIn(Object.values(WaitKind))
  kind: WaitKind;

  /** Of the signal, approval, child flow, value, task or version; null for a sleep and a retry of the flow. */
  @IsOptional()
  @IsString()
  name: string | null;

  /** 0 where the whole run waits. */
  @IsInt()
  step: number;

  @IsISO8601()
  since: string;

  /** When it ends by itself at the latest; null where it does not. */
  @IsOptional()
  @IsISO8601()
  dueAt: string | null;

  @IsOptional()
  @IsString()
  childRunId: string | null;
}
