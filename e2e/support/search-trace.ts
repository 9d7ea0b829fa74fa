import { expect } from '@jest/globals';
import type { SpanTree, TracedSpan } from './span-tree.js';

/** What the flow is given: one source, one keyword, and a word at the end. */
export const SEARCH = { sources: ['arbeitnow'], keywords: ['typescript'], notify: true };

/** What each search leaves, however it was begun. A span comes after those below it in the same process. */
const LEFT_BEHIND = [
  'flow scrape_jobs',
  'task scrape_arbeitnow',
  'operation scrape_arbeitnow',
  'task notify',
  'operation notify',
];

export const isWholeSearch = (tree: SpanTree, ...above: readonly string[]): boolean =>
  tree.has(...LEFT_BEHIND, ...above);

/** Expects one chain from each write to the database up through operation, task and flow to `above`. */
export function expectWholeSearch(tree: SpanTree, above: readonly string[]): void {
  const flow = ['orchestrator: flow scrape_jobs', ...above];
  const search = ['scraper: operation scrape_arbeitnow', 'orchestrator: task scrape_arbeitnow', ...flow];
  const notice = ['applier: operation notify', 'orchestrator: task notify', ...flow];
  expect(tree.upFrom(tree.only('operation scrape_arbeitnow'))).toEqual(search);
  expect(tree.upFrom(tree.only('operation notify'))).toEqual(notice);

  const queries = tree.by('instrumentation-mongoose');
  const causesOf = (span: TracedSpan): readonly string[] => tree.upFrom(span).slice(1);
  for (const query of queries) expect([search, notice]).toContainEqual(causesOf(query));
  expect(collections(queries)).toEqual(
    expect.arrayContaining(['scraper: jobs', 'scraper: pages', 'applier: notifications']),
  );
  expect(tree.tops()).toHaveLength(1);
}

// A query's span is named by its verb and its collection.
const collections = (queries: readonly TracedSpan[]): string[] =>
  queries.map(({ service, name }) => `${service}: ${name.split(' ').at(-1)}`);
