import { IsOptional, IsString } from 'class-validator';
import { defineOperation } from '#libs/operations';

/** Input and output of operations that specs schedule. */
export class SampleDto {
  @IsOptional()
  @IsString()
  value?: string;
}

export const sampleOperation = (name: string, over: { execution?: 'at-most-once' } = {}) =>
  defineOperation({
    name,
    service: 'sample',
    category: 'sample',
    stage: 'transform',
    description: 'Does what a spec says it did.',
    input: SampleDto,
    output: SampleDto,
    ...over,
  });
