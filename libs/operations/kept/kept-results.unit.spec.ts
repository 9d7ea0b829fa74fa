import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryBuckets } from '#libs/key-values';
import type { Buckets } from '#libs/key-values';
import { LogUnavailableError, flowRunId } from '#libs/run-log';
import type { Execution, Outcome, TaskTerms } from '#libs/run-log';
import { Send, taskOf } from '../testing/sample-contracts.js';
import { SilentLogger } from '../testing/silent-logger.js';
import { CACHE_BUCKET, KeptResults, RESULTS_BUCKET, readResult } from './kept-results.js';

const runId = flowRunId('run-1');
const success: Outcome = {
  status: 'success',
  result: { n: 1 },
  resultRefs: [{ collection: 'Parcel', documentId: 'p1' }],
};
let time: number;
let buckets: Buckets;
let logger: SilentLogger;
let kept: KeptResults;
const patient = new AbortController().signal;

beforeEach(() => {
  time = 0;
  buckets = memoryBuckets({ now: () => time });
  logger = new SilentLogger();
  kept = new KeptResults(buckets, logger);
});

const cached = (details: Partial<Execution & TaskTerms> = {}) =>
  taskOf(Send, { cache: { key: 'k' }, ...details });
const named = (details: Partial<Execution & TaskTerms> = {}) =>
  taskOf(Send, { resultName: 'parcels_2030-01-01', ...details });

describe('rule 17: the cache', () => {
  it('answers with a success that was kept, marked as cached', async () => {
    expect(await kept.find(cached())).toBeUndefined();
    await kept.keep(cached(), runId, success, patient);
    expect(await kept.find(cached())).toEqual({ ...success, cached: true });
  });

  it.each<[string, Partial<Execution & TaskTerms>]>([
    ['user', { actor: { userId: 'bert', channel: 'cli' } }],
    ['operation', { operation: 'other' }],
    ['service', { service: 'other' }],
    ['version of the contract', { contractVersion: 2 }],
    ['key', { cache: { key: 'other' } }],
    ['test mode', { flags: { testMode: true } }],
  ])('does not answer for another %s', async (_what, details) => {
    await kept.keep(cached(), runId, success, patient);
    expect(await kept.find(cached(details))).toBeUndefined();
    await kept.keep(cached(details), runId, { status: 'success', result: 'other' }, patient);
    expect(await kept.find(cached())).toMatchObject({ result: { n: 1 } });
    expect(await kept.find(cached(details))).toMatchObject({ result: 'other' });
  });

  it('answers whichever channel, run and attempt ask', async () => {
    await kept.keep(cached(), runId, success, patient);
    const other = cached({ actor: { userId: 'anna', channel: 'schedule' } });
    expect(await kept.find({ ...other, flags: { verbose: true } })).toMatchObject({ cached: true });
  });

  it('forgets when the time is over, and keeps for ever where none is named', async () => {
    const short = cached({ cache: { key: 'short', expirationSeconds: 60 } });
    await kept.keep(short, runId, success, patient);
    await kept.keep(cached(), runId, success, patient);
    time = 59_999;
    expect(await kept.find(short)).toBeDefined();
    time = 60_000;
    expect(await kept.find(short)).toBeUndefined();
    time = 1e12;
    expect(await kept.find(cached())).toBeDefined();
  });

  it('does not live longer for being asked', async () => {
    const short = cached({ cache: { key: 'short', expirationSeconds: 60 } });
    await kept.keep(short, runId, success, patient);
    time = 59_000;
    await kept.keep(short, runId, (await kept.find(short))!, patient);
    time = 60_000;
    expect(await kept.find(short)).toBeUndefined();
  });

  it.each<[string, Outcome]>([
    ['a failure', { status: 'failed', error: { code: 'x', message: 'y', disposition: 'terminal' } }],
    [
      'an answer of success: false',
      { status: 'failed', result: {}, error: { code: 'x', message: 'y', disposition: 'terminal' } },
    ],
    ['a cancel', { status: 'cancelled' }],
    ['a deferral', { status: 'deferred', until: 1 as never }],
  ])('does not keep %s', async (_what, outcome) => {
    await kept.keep({ ...cached(), resultName: 'n' }, runId, outcome, patient);
    expect(await buckets.open(CACHE_BUCKET).keys()).toEqual([]);
    expect(await buckets.open(RESULTS_BUCKET).keys()).toEqual([]);
  });

  it('keeps nothing of a dry run', async () => {
    const dry = { ...cached({ flags: { dryRun: true } }), resultName: 'n' };
    await kept.keep(dry, runId, success, patient);
    expect(await kept.find(cached())).toBeUndefined();
    expect(await readResult(buckets, 'anna', 'n')).toEqual({ found: false, value: undefined });
  });

  it('is passed by where it cannot be read or written', async () => {
    const cache = buckets.open(CACHE_BUCKET);
    const away = (): Promise<never> => Promise.reject(new LogUnavailableError('reading'));
    cache.get = away;
    cache.put = away;
    expect(await kept.find(cached())).toBeUndefined();
    await kept.keep(cached(), runId, success, patient);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
  });

  it('is passed by where it holds something else than a result', async () => {
    await kept.keep(cached(), runId, success, patient);
    const cache = buckets.open(CACHE_BUCKET);
    const [key] = await cache.keys();
    await cache.put(key!, null);
    expect(await kept.find(cached())).toBeUndefined();
  });
});

describe('rule 17: results with a name', () => {
  it('are read by later runs of the same user, the newest of the name', async () => {
    await kept.keep(named(), runId, success, patient);
    await kept.keep(named(), runId, { status: 'success', result: { n: 2 } }, patient);
    expect(await readResult(buckets, 'anna', 'parcels_2030-01-01')).toEqual({ found: true, value: { n: 2 } });
    expect(await readResult(buckets, 'bert', 'parcels_2030-01-01')).toMatchObject({ found: false });
  });

  it('are kept of a cached answer, too', async () => {
    await kept.keep(named(), runId, { ...success, cached: true }, patient);
    expect(await readResult(buckets, 'anna', 'parcels_2030-01-01')).toMatchObject({ found: true });
  });

  it('keep test data apart', async () => {
    await kept.keep(named({ flags: { testMode: true } }), runId, success, patient);
    expect(await readResult(buckets, 'anna', 'parcels_2030-01-01')).toMatchObject({ found: false });
    expect(await readResult(buckets, 'anna', 'parcels_2030-01-01', { testMode: true })).toMatchObject({
      found: true,
    });
  });

  it('may have any name, however long', async () => {
    for (const name of ['a.b * > ü', 'x'.repeat(5_000), `${'x'.repeat(4_999)}y`, '']) {
      await kept.keep(named({ resultName: name }), runId, { status: 'success', result: name }, patient);
      expect(await readResult(buckets, 'a person@x', name)).toMatchObject({ found: false });
      expect(await readResult(buckets, 'anna', name)).toEqual({ found: true, value: name });
    }
  });

  it('are tried until they are kept, or the process has to go', async () => {
    const results = buckets.open(RESULTS_BUCKET);
    const put = results.put.bind(results);
    let tries = 0;
    results.put = async (...args) => {
      if (++tries < 3) throw new LogUnavailableError('writing');
      return put(...args);
    };
    await kept.keep(named(), runId, success, patient);
    expect(await readResult(buckets, 'anna', 'parcels_2030-01-01')).toMatchObject({ found: true });
    tries = -1_000;
    await expect(kept.keep(named(), runId, success, AbortSignal.abort())).rejects.toMatchObject({
      code: 'operation/gave-up',
    });
  });
});
