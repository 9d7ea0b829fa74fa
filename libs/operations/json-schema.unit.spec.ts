import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { inputSchemaOf, outputSchemaOf } from './json-schema.js';
import { Sensitive } from './sensitive.js';

class Place {
  @IsString() town: string;
}
class Trip {
  @ValidateNested() @Type(() => Place) from: Place;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Place) stops: Place[] = [];
  @IsInt() @Min(1) @Max(9) seats: number = 2;
  @IsOptional() @IsIn(['train', 'bus']) by?: string;
  @IsOptional() @Sensitive() @IsString() card?: string;
}
class Folder {
  @IsString() name: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Folder) folders: Folder[];
}

describe('the schema of a DTO', () => {
  it('puts nested DTOs in place, shows defaults, and closes every object', () => {
    expect(inputSchemaOf(Trip)).toEqual({
      type: 'object',
      properties: {
        from: {
          type: 'object',
          properties: { town: { type: 'string' } },
          required: ['town'],
          additionalProperties: false,
        },
        stops: {
          type: 'array',
          default: [],
          items: {
            type: 'object',
            properties: { town: { type: 'string' } },
            required: ['town'],
            additionalProperties: false,
          },
        },
        seats: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
        by: { type: 'string', enum: ['train', 'bus'] },
        card: { type: 'string', writeOnly: true },
      },
      required: ['from'],
      additionalProperties: false,
    });
  });

  it('asks for every field of an output that is not optional', () => {
    expect(outputSchemaOf(Trip).required).toEqual(['from', 'stops', 'seats']);
  });

  it('is taken by a JSON Schema validator and judges as the DTO does', () => {
    const fits = new Ajv({ strict: false }).compile(inputSchemaOf(Trip));
    expect(fits({ from: { town: 'Bonn' } })).toBe(true);
    expect(fits({ from: { town: 'Bonn' }, seats: 0 })).toBe(false);
    expect(fits({ from: { town: 'Bonn', street: 'x' } })).toBe(false);
    expect(fits({})).toBe(false);
  });

  it('cuts a class that holds itself', () => {
    expect(inputSchemaOf(Folder).properties?.['folders']).toEqual({
      type: 'array',
      items: { type: 'object' },
    });
  });
});
