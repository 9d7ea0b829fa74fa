import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { toInstance } from './to-instance.js';
import { checkDto } from './validation.js';

class Line {
  @IsString() text: string;
  @IsOptional() @IsObject() marks?: Record<string, unknown>;
}
class Page {
  @IsArray() @ValidateNested({ each: true }) @Type(() => Line) lines: Line[];
  @IsOptional() @IsObject() about?: Record<string, unknown>;
}

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('making an instance of JSON', () => {
  it.each([
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"constructor":null}',
    '{"a":[{"constructor":1}]}',
    '{"toString":1,"valueOf":{"hasOwnProperty":2}}',
    '{"then":1,"length":7}',
  ])('leaves what nobody describes as it is: %s', async (about) => {
    const raw = { lines: [{ text: 'a', marks: json(about) }], about: json(about) };
    const page = toInstance(Page, raw);
    expect(JSON.stringify(page)).toBe(JSON.stringify(raw));
    expect(page.lines[0]).toBeInstanceOf(Line);
    expect((await checkDto(Page, raw)).ok).toBe(true);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('shares nothing with the JSON', () => {
    const raw = { lines: [], about: { list: [1] } };
    const page = toInstance(Page, raw);
    page.about!['list'] = [];
    expect(raw.about).toEqual({ list: [1] });
  });

  it('sets no prototype', () => {
    const page = toInstance(Page, json('{"lines":[],"about":{"__proto__":{"polluted":true}}}'));
    expect(Object.getPrototypeOf(page.about)).toBe(Object.prototype);
    expect(Reflect.get(page.about!, 'polluted')).toBeUndefined();
  });

  it('still tells what is unknown, with its value', async () => {
    const checked = await checkDto(Page, { lines: [], colour: { red: 1 } });
    expect(checked).toMatchObject({ ok: false, fields: [{ field: 'colour', value: { red: 1 } }] });
  });
});
