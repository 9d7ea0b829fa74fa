import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { repeatWhileAway } from './while-away.js';

const away = () => new mongoose.mongo.MongoNetworkError('connect ECONNREFUSED');

function given() {
  const lines: string[] = [];
  const waits: number[] = [];
  const stopping = new AbortController();
  const patience = {
    signal: stopping.signal,
    sleep: async (ms: number) => void waits.push(ms),
    log: { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) },
  };
  return { lines, waits, stopping, patience };
}

describe('repeating while the database is away', () => {
  it('does the work again until it is done, and says so once on either side', async () => {
    const { lines, waits, patience } = given();
    let tries = 0;
    const work = async () => {
      if (++tries < 4) throw away();
      return 'kept';
    };
    await expect(repeatWhileAway('batch', work, patience)).resolves.toBe('kept');
    expect(waits).toEqual([100, 200, 400]);
    expect(lines).toEqual([
      'batch: the database does not answer; trying again until it does',
      'batch: the database answers again after 3 vain tries',
    ]);
  });

  it('throws any other error at once', async () => {
    const { waits, patience } = given();
    const wrong = new TypeError('no such field');
    await expect(repeatWhileAway('batch', () => Promise.reject(wrong), patience)).rejects.toBe(wrong);
    expect(waits).toEqual([]);
  });

  it('ends with the last error when it is told to stop', async () => {
    const { stopping, patience } = given();
    const last = away();
    const work = async () => {
      stopping.abort();
      throw last;
    };
    await expect(repeatWhileAway('batch', work, patience)).rejects.toBe(last);
  });
});
