import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsArray, IsOptional, IsString, ValidateNested } from 'class-validator';
import { REDACTED, Redactor, Sensitive, isSensitivePath, redact } from './sensitive.js';

class Key {
  @IsString() label: string;
  @Sensitive() @IsString() value: string;
}
class Chest {
  @IsString() place: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Key) keys: Key[];
  @IsOptional() @ValidateNested() @Type(() => Key) spare?: Key;
}
class LockedChest extends Chest {
  @Sensitive() @IsString() code: string;
}
class Doll {
  @Sensitive() @IsString() secret: string;
  @IsOptional() @ValidateNested() @Type(() => Doll) inner?: Doll;
}
class Plain {
  @IsString() text: string;
}

const chest = {
  place: 'attic',
  code: '4711',
  keys: [{ label: 'a', value: 'one' }],
  spare: { label: 'b', value: 'two' },
};

describe('redacting', () => {
  it('strikes sensitive fields out at every depth, inherited classes included, and leaves the original alone', () => {
    expect(redact(LockedChest, chest)).toEqual({
      place: 'attic',
      code: REDACTED,
      keys: [{ label: 'a', value: REDACTED }],
      spare: { label: 'b', value: REDACTED },
    });
    expect(chest.code).toBe('4711');
  });

  it('does not take the mark of a class for one of its parent', () => {
    expect(redact(Chest, chest)).toMatchObject({ code: '4711' });
  });

  it('follows a class that holds itself', () => {
    const dolls = { secret: 'outer', inner: { secret: 'middle', inner: { secret: 'inmost' } } };
    expect(JSON.stringify(redact(Doll, dolls))).not.toMatch(/outer|middle|inmost/);
  });

  it('gives a value without sensitive fields back as it is', () => {
    const value = { text: 'open' };
    expect(redact(Plain, value)).toBe(value);
    expect(Redactor.for(Plain, Plain, value)).toBeUndefined();
  });

  it.each([
    ['code', true],
    ['keys[3].value', true],
    ['spare.value', true],
    ['keys[3].label', false],
    ['unknown', false],
  ])('judges the path %s', (path, sensitive) => {
    expect(isSensitivePath(LockedChest, path)).toBe(sensitive);
  });

  it('finds the texts of sensitive fields wherever they are repeated', () => {
    const redactor = Redactor.for(LockedChest, Plain, chest);
    expect(redactor?.clean({ note: 'the code is 4711', list: ['4711!'], code: 1 })).toEqual({
      note: `the code is ${REDACTED}`,
      list: [`${REDACTED}!`],
      code: REDACTED,
    });
  });
});
