import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { asCallersSee, DatabaseUnavailableError, isUnavailable } from './errors.js';

const { MongoNetworkError, MongoServerError } = mongoose.mongo;

describe('what an error says about the database', () => {
  it('is away when the network is', () => {
    expect(isUnavailable(new MongoNetworkError('connect ECONNREFUSED'))).toBe(true);
  });

  it('is away while there is no primary', () => {
    expect(isUnavailable(new MongoServerError({ message: 'not primary', code: 10107 }))).toBe(true);
  });

  it('is away when a bulk write lost its line, and there when its writes were refused', () => {
    const { MongoBulkWriteError } = mongoose.mongo;
    const broken = new MongoBulkWriteError(new MongoNetworkError('connection closed'), {} as never);
    expect(isUnavailable(broken)).toBe(true);
    const refused = { message: 'E11000 duplicate key', code: 11000, writeErrors: [{ index: 0 }] };
    expect(isUnavailable(new MongoBulkWriteError(refused as never, {} as never))).toBe(false);
  });

  it('is there when the request was wrong', () => {
    expect(isUnavailable(new MongoServerError({ message: 'E11000 duplicate key', code: 11000 }))).toBe(false);
    expect(isUnavailable(new TypeError('no such field'))).toBe(false);
    expect(isUnavailable('a string')).toBe(false);
  });

  it('reaches callers as one retryable error with its cause', () => {
    const cause = new MongoNetworkError('connection closed');
    const seen = asCallersSee(cause);
    expect(seen).toBeInstanceOf(DatabaseUnavailableError);
    expect(seen).toMatchObject({ code: 'mongo/unavailable', disposition: 'retry', cause });
  });

  it('leaves every other error as it is', () => {
    const error = new TypeError('no such field');
    expect(asCallersSee(error)).toBe(error);
  });
});
