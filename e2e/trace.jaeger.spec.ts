import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testMongoUri, testNats } from '#libs/testing';
import { Jaeger, type JaegerSpan } from './support/jaeger.js';
import { expectWholeSearch, isWholeSearch, SEARCH } from './support/search-trace.js';
import { SpanTree } from './support/span-tree.js';
import { TracedApps } from './support/traced-apps.js';

const { url: natsUrl } = testNats();
const mongoUri = testMongoUri();
let jaeger: Jaeger;
let apps: TracedApps;

beforeAll(async () => {
  jaeger = await Jaeger.start();
  apps = await TracedApps.start({ natsUrl, mongoUri, collectorUrl: jaeger.otlpUrl });
});

// One by one, so that the second is stopped even if the first never started.
afterAll(() => apps.close());
afterAll(() => jaeger.stop());

/** Asks Jaeger until it has the whole of a search; the test's own limit ends the asking. */
async function searchTrace(traceId: string): Promise<SpanTree<JaegerSpan>> {
  for (;;) {
    const tree = new SpanTree(await jaeger.trace(traceId), traceId);
    if (isWholeSearch(tree, 'POST')) return tree;
  }
}

describe('Jaeger', () => {
  it('has the whole trace of a flow, from the HTTP request to the database', async () => {
    const answer = await apps.start('scrape_jobs', SEARCH, {}, '?wait=30');
    expect(answer.status).toBe(200);
    const tree = await searchTrace(answer.headers.get('X-Trace-Id')!);

    expectWholeSearch(tree, ['gateway: POST']);
    expect(tree.only('POST')).toMatchObject({ kind: 'server', parentSpanId: null });
    expect(tree.only('operation notify').kind).toBe('consumer');
    // Work that outlives the request behind it looks to Jaeger as if clocks differed; else it has nothing to say.
    const warnings = tree.spans.flatMap((span) => span.warnings);
    expect(warnings.filter((warning) => !warning.startsWith('clock skew adjustment disabled'))).toEqual([]);
    expect(await jaeger.services()).toEqual(
      expect.arrayContaining(['applier', 'gateway', 'orchestrator', 'scraper']),
    );
  });
});
