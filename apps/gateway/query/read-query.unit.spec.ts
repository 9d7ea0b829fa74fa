import { describe, expect, it } from '@jest/globals';
import {
  AnalyticsFlowsInput,
  AnalyticsOperationsInput,
  ListFlowRunsInput,
  ListTaskRunsInput,
} from '#libs/contracts';
import { readQuery } from './read-query.js';
import { flagsOf, StartQuery } from './run-options.js';

const BY_USER = [ListFlowRunsInput, ListTaskRunsInput, AnalyticsFlowsInput, AnalyticsOperationsInput];

describe('a query', () => {
  it('becomes what the rules of its fields ask for', async () => {
    expect(
      await readQuery(ListTaskRunsInput, { limit: '20', orchestrated: 'false', operation: '7' }),
    ).toEqual({
      limit: 20,
      orchestrated: false,
      operation: '7',
    });
    expect(await readQuery(StartQuery, { tag: ['a', 'b'] })).toEqual({ tag: ['a', 'b'] });
    expect(await readQuery(StartQuery, { tag: 'a,b' })).toEqual({ tag: ['a', 'b'] });
  });

  it.each(BY_USER.map((dto) => ({ dto, name: dto.name })))(
    'asks for the records of a user by userId: $name',
    async ({ dto }) => {
      expect(await readQuery<object>(dto, { userId: 'ann' })).toEqual({ user: 'ann' });
    },
  );

  it('speaks of its own parameters where fields of the contract are called otherwise', async () => {
    await expect(readQuery(ListTaskRunsInput, { userId: 'x'.repeat(257) })).rejects.toMatchObject({
      fields: [{ field: 'userId', message: expect.stringMatching(/^userId must be shorter/) }],
    });
    await expect(readQuery(ListTaskRunsInput, { user: 'ann' })).rejects.toMatchObject({
      fields: [{ field: 'user', message: expect.stringContaining('userId') }],
    });
  });

  it.each([
    [{ limit: '' }, 'limit', ''],
    [{ limit: '1e3' }, 'limit', 1_000],
    [{ limit: ['1', '2'] }, 'limit', ['1', '2']],
    [{ orchestrated: 'yes' }, 'orchestrated', 'yes'],
    [{ from: 'yesterday' }, 'from', 'yesterday'],
    [{ page: '2' }, 'page', '2'],
    [{ constructor: '1' }, 'constructor', '1'],
  ])('is refused by field and value: %j', async (raw, field, value) => {
    await expect(readQuery(ListTaskRunsInput, raw as Record<string, string>)).rejects.toMatchObject({
      code: 'gateway/bad-query',
      fields: [{ field, value }],
    });
  });
});

describe('flags', () => {
  it('come from the query first, then from headers, and only where they were given', () => {
    expect(flagsOf({ dryRun: false }, { 'x-dry-run': 'true', 'x-verbose': 'true' })).toEqual({
      dryRun: false,
      verbose: true,
    });
    expect(flagsOf({}, {})).toEqual({});
  });

  it('are true or false', () => {
    expect(() => flagsOf({}, { 'x-test-mode': '1' })).toThrow(
      expect.objectContaining({ code: 'gateway/bad-header' }),
    );
  });
});
