import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Transform, Type } from 'class-transformer';
import {
  IsArray,
  IsDateString,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { checkDto } from './validation.js';
import type { DtoClass } from './contract.js';

class Line {
  @IsString() text: string;
}
class Page {
  @IsArray() @ValidateNested({ each: true }) @Type(() => Line) lines: Line[];
  @IsOptional() @ValidateNested() @Type(() => Line) footer?: Line;
}
class Book {
  @ValidateNested() @Type(() => Page) first: Page;
  @IsInt() @Min(1) @Max(1_000) copies: number = 10;
  @IsOptional() @IsDateString() printed?: string;
}
class Nothing {}
class Fussy {
  @Transform(() => {
    throw new RangeError('not like this');
  })
  @IsString()
  text: string;
}

const good = { first: { lines: [{ text: 'a' }] } };

async function wrong(dto: DtoClass, raw: unknown) {
  const checked = await checkDto(dto, raw);
  return checked.ok ? [] : checked.fields;
}

describe('checking a DTO', () => {
  it('makes instances all the way down and fills in defaults', async () => {
    const checked = await checkDto(Book, good);
    expect(checked).toEqual({ ok: true, value: expect.any(Book) });
    if (checked.ok) {
      expect(checked.value.first.lines[0]).toBeInstanceOf(Line);
      expect(checked.value.copies).toBe(10);
    }
  });

  it.each([
    ['zero', 0, 'copies must not be less than 1'],
    ['a negative number', -5, 'copies must not be less than 1'],
    ['a million', 1_000_000, 'copies must not be greater than 1000'],
    ['a text', '7', 'copies must be an integer number'],
    ['a fraction', 1.5, 'copies must be an integer number'],
  ])('refuses %s', async (_what, copies, message) => {
    expect(await wrong(Book, { ...good, copies })).toEqual([
      { field: 'copies', value: copies, message: expect.stringContaining(message) },
    ]);
  });

  it('refuses a date that is none', async () => {
    expect(await wrong(Book, { ...good, printed: 'the day after' })).toMatchObject([{ field: 'printed' }]);
  });

  it('names the item of a list by its place', async () => {
    const raw = { first: { lines: [{ text: 'a' }, { text: 5 }] } };
    expect(await wrong(Book, raw)).toEqual([
      { field: 'first.lines[1].text', value: 5, message: 'text must be a string' },
    ]);
  });

  it('misses an object that must be there, and none that may be absent', async () => {
    expect(await wrong(Book, {})).toEqual([
      { field: 'first', value: undefined, message: 'is missing: expected an object' },
    ]);
    expect(await wrong(Book, good)).toEqual([]);
  });

  it('refuses unknown fields at every depth', async () => {
    const raw = { first: { lines: [{ text: 'a', font: 'x' }] }, colour: 1 };
    expect((await wrong(Book, raw)).map(({ field, message }) => [field, message])).toEqual([
      ['colour', 'unknown field; expected one of first, copies, printed'],
      ['first.lines[0].font', 'unknown field; expected one of text'],
    ]);
  });

  it.each([
    ['null', null],
    ['a list', [good]],
    ['a text', 'good'],
  ])('refuses %s', async (_what, raw) => {
    expect(await wrong(Book, raw)).toMatchObject([
      { field: '', message: expect.stringContaining('expected an object') },
    ]);
  });

  it('takes an empty object for a DTO without fields, and nothing else', async () => {
    expect(await wrong(Nothing, {})).toEqual([]);
    expect(await wrong(Nothing, { any: 1 })).toEqual([{ field: 'any', value: 1, message: 'unknown field' }]);
  });

  it('shows only the beginning of a long value', async () => {
    const [error] = await wrong(Line, { text: { long: 'x'.repeat(10_000) } });
    expect(JSON.stringify(error).length).toBeLessThan(400);
  });

  it('answers for a value nested too deep to be read', async () => {
    const raw: unknown = JSON.parse('{"text":'.repeat(20_000) + '1' + '}'.repeat(20_000));
    expect(await wrong(Line, raw)).toHaveLength(1);
  });

  it('answers for a transformation that throws', async () => {
    expect(await wrong(Fussy, { text: 'a' })).toEqual([
      { field: '', message: 'cannot be read: not like this' },
    ]);
  });
});
