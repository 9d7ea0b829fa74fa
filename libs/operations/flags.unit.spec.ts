import { describe, expect, it } from '@jest/globals';
import { IsBoolean, IsOptional, IsString } from 'class-validator';
import { agreeOnFlags } from './flags.js';

class WithFlag {
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

class WithoutFlag {
  @IsString()
  text: string;
}

describe('a dry run', () => {
  it('that the input asks for is one for everything below', () => {
    expect(agreeOnFlags(WithFlag, { dryRun: true }, {})).toEqual({
      input: { dryRun: true },
      flags: { dryRun: true },
    });
  });

  it('that was asked for beside the input is seen in the input too', () => {
    expect(agreeOnFlags(WithFlag, {}, { dryRun: true })).toEqual({
      input: { dryRun: true },
      flags: { dryRun: true },
    });
    expect(agreeOnFlags(WithFlag, { dryRun: false }, { dryRun: true }).input).toEqual({ dryRun: true });
  });

  it('leaves an input alone that has no such field, and one that cannot be right', () => {
    expect(agreeOnFlags(WithoutFlag, { text: 'a' }, { dryRun: true })).toEqual({
      input: { text: 'a' },
      flags: { dryRun: true },
    });
    expect(agreeOnFlags(WithFlag, 'no object', { dryRun: true }).input).toBe('no object');
    expect(agreeOnFlags(WithFlag, { dryRun: 'maybe' }, { dryRun: true }).input).toEqual({ dryRun: 'maybe' });
  });
});
