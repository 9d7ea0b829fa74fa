import { describe, expect, it } from '@jest/globals';
import { checkDto, inputSchemaOf } from '#libs/operations';
import {
  AnalyticsFlowsInput,
  AnalyticsOperationsInput,
  AnalyticsTrendInput,
  ListFlowRunsInput,
  ListJobsInput,
  ListTaskRunsInput,
} from './index.js';

const inputs = [
  AnalyticsFlowsInput,
  AnalyticsOperationsInput,
  AnalyticsTrendInput,
  ListFlowRunsInput,
  ListJobsInput,
  ListTaskRunsInput,
].map((input) => [input.name, input] as const);

describe.each(inputs)('a span of time in %s', (_name, Input) => {
  const rest = Input === AnalyticsTrendInput ? { unit: 'day' } : {};
  const check = (span: object) => checkDto(Input as new () => object, { ...rest, ...span });

  it.each(['2026-01-31', '2026-01', '2026-01-31T08:00:00Z', '2026-01-31T08:00:00.5+01:00'])(
    'may begin at %s',
    async (from) => {
      expect(await check({ from })).toMatchObject({ ok: true, value: { from } });
    },
  );

  it.each(['2026-W05', '2026-W05-1', '2026-123', '2026-02-30', 'yesterday', 1])(
    'may not end at %j',
    async (to) => {
      expect(await check({ to })).toMatchObject({ ok: false, fields: [{ field: 'to', value: to }] });
    },
  );
});

it('an instant says in JSON Schema what it is', () => {
  expect(inputSchemaOf(ListJobsInput)).toMatchObject({
    properties: { from: { oneOf: [{ format: 'date' }, { format: 'date-time' }] } },
  });
});
