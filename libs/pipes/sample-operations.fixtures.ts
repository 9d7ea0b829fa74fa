import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineOperation } from '#libs/operations';

class Range {
  @IsInt()
  @Min(1)
  @Max(100)
  most: number = 10;
}

class GatherInput {
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  words: string[];

  @IsOptional()
  @ValidateNested()
  @Type(() => Range)
  range?: Range;
}

class GatherOutput {
  @IsBoolean()
  success: boolean;

  @IsArray()
  @IsString({ each: true })
  ids: string[];

  @IsOptional()
  @IsString()
  message?: string | null;
}

class JoinInput {
  @IsArray()
  @IsString({ each: true })
  ids: string[];

  @IsOptional()
  @IsString()
  note?: string;
}

class JoinOutput {
  @IsString()
  text: string;
}

const common = { service: 'sample', category: 'sample', stage: 'transform' } as const;

export const Gather = defineOperation({
  ...common,
  name: 'gather',
  description: 'Gathers ids by words.',
  input: GatherInput,
  output: GatherOutput,
});

export const Join = defineOperation({
  ...common,
  name: 'join',
  description: 'Joins ids to a text.',
  input: JoinInput,
  output: JoinOutput,
});
