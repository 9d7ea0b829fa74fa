import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { flowRunId, millis, taskRunId } from '#libs/run-log';
import type { TaskScheduled } from '#libs/run-log';
import { defineOperation } from '../contract.js';
import type { OperationContract } from '../contract.js';
import { Sensitive } from '../sensitive.js';
import { received } from '../wire.js';
import type { CallRequest } from '../wire.js';
import type { Work } from '../work.js';
import { Stop } from '../stop.js';

export class ParcelQuery {
  @IsArray() @IsString({ each: true }) @MinLength(2, { each: true }) words: string[];
}

export class SendInput {
  @ValidateNested() @Type(() => ParcelQuery) query: ParcelQuery;
  @IsInt() @Min(1) @Max(10) copies: number = 1;
  @IsOptional() @IsString() userId?: string;
}

export class SendOutput {
  @IsBoolean() success: boolean;
  @IsArray() @IsString({ each: true }) parcelIds: string[];
  @IsOptional() @IsString() message?: string;
  @IsOptional() @IsString() taskRunId?: string;
}

export const Send = defineOperation({
  name: 'send_parcel',
  service: 'post',
  category: 'sending',
  stage: 'act',
  description: 'Sends parcels',
  tags: ['parcels'],
  input: SendInput,
  output: SendOutput,
  resultRefs: { parcelIds: 'Parcel' },
});

export const SendOnce = defineOperation({ ...Send, name: 'send_once', execution: 'at-most-once' });

export class LoginInput {
  @IsString() name: string;
  @Sensitive() @IsString() password: string;
}
export class LoginOutput {
  @IsString() said: string;
  @Sensitive() @IsString() token: string;
}
export const Login = defineOperation({
  name: 'log_in',
  service: 'post',
  category: 'access',
  stage: 'act',
  description: 'Logs in',
  input: LoginInput,
  output: LoginOutput,
});

export const goodInput = { query: { words: ['red', 'blue'] }, copies: 2 };

/** A direct call as it comes from the wire. */
export function workOf(contract: OperationContract, request: Partial<CallRequest> = {}): Work {
  const call = received(contract, { input: goodInput, ...request });
  return { contract, attempt: 1, trace: {}, stop: new Stop(), ...call };
}

/** A task as the orchestrator schedules it. */
export function taskOf(contract: OperationContract, details: Partial<TaskScheduled> = {}): TaskScheduled {
  return {
    type: 'TaskScheduled',
    step: 1,
    task: contract.name,
    attempt: 1,
    lane: 'normal',
    execution: contract.execution,
    reuseKey: 'key',
    taskRunId: taskRunId('task-1'),
    service: contract.service,
    operation: contract.name,
    contractVersion: contract.version,
    input: goodInput,
    actor: { userId: 'anna', channel: 'cli' },
    flags: {},
    tags: [],
    idempotencyKey: 'same-over-attempts',
    createTaskrun: true,
    timeoutMs: millis(60_000),
    ...details,
  };
}

export const aRun = flowRunId('run-1');
