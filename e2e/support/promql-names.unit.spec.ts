import { describe, expect, it } from '@jest/globals';
import { askedBy } from './promql-names.js';

describe('the names in an expression', () => {
  it('are those of metrics, with the labels by which they are picked', () => {
    const text = `sum by (flow, le) (rate(runs_total{status="failed",flow=~"$flow"}[5m]))
      / on (job) group_left (x) max without (a) (limit_bytes) > 0.5e3 and absent(depth{}) or vector(0) unless up{job!="a_b"}`;
    expect(askedBy(text)).toEqual([
      { name: 'runs_total', labels: ['status', 'flow'] },
      { name: 'limit_bytes', labels: [] },
      { name: 'depth', labels: [] },
      { name: 'up', labels: ['job'] },
    ]);
  });
});
