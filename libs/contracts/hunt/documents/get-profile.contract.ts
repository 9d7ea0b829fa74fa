import { defineOperation } from '#libs/operations';
import { IsInt, IsOptional, Min } from 'class-validator';
import { ProfileDto } from './profile.dto.js';
import { OwnedInput } from '../owned-input.dto.js';

export class GetProfileInput extends OwnedInput {
  /** The newest unless said otherwise. */
  @IsOptional()
  @IsInt()
  @Min(1)
  version?: number;
}

/** Fails with `documents/no-profile` where the person has none, `documents/unknown-version` where it has no such one. */
export const GetProfile = defineOperation({
  name: 'get_profile',
  service: 'documents',
  category: 'profile',
  stage: 'observe',
  description: 'Get a person’s profile whole, in its newest or an older version',
  tags: ['profile'],
  permissions: ['profile:read'],
  modelsIn: ['Profile'],
  createTaskrun: false,
  timeoutMs: 10_000,
  input: GetProfileInput,
  output: ProfileDto,
});
