import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException } from '@nestjs/common';
import { LogFullError, LogUnavailableError } from '#libs/run-log';
import { HaltError, RetryableError, TerminalError } from '#libs/operations';
import { BadQueryError, sentence } from './errors.js';
import { fromHttp } from './from-http.js';
import { problemOf } from './problem.js';
import { statusOf } from './status-table.js';

describe('the status of an error', () => {
  it.each([
    ['operation/invalid-input', 'terminal', 422],
    ['flow/unknown', 'terminal', 404],
    ['flow/idempotency-conflict', 'terminal', 409],
    ['flow/no-orchestrator', 'retry', 503],
    ['mongo/unavailable', 'retry', 503],
    ['operation/no-answer', 'retry', 504],
    ['operation/failed', 'retry', 500],
    ['operation/ambiguous', 'halt', 502],
  ] as const)('of the platform follows from its code: %s', (code, disposition, status) => {
    expect(statusOf({ code, disposition })).toBe(status);
  });

  it.each([
    ['shop/not-found', 'terminal', 404],
    ['shop/rate-limited', 'retry', 429],
    ['shop/timeout', 'retry', 504],
    ['shop/bad-cursor', 'terminal', 400],
  ] as const)('of a service follows from what its code ends in: %s', (code, disposition, status) => {
    expect(statusOf({ code, disposition })).toBe(status);
  });

  it.each([
    ['retry', 503],
    ['terminal', 422],
    ['halt', 502],
  ] as const)('that nobody has heard of follows from what is to be done: %s', (disposition, status) => {
    expect(statusOf({ code: 'shop/whatever', disposition })).toBe(status);
  });

  it('is 503 for a log that is away or full', () => {
    expect(statusOf(new LogUnavailableError('reading'))).toBe(503);
    expect(statusOf(new LogFullError())).toBe(503);
  });
});

describe('a problem', () => {
  const request = { path: '/things/1', traceId: 'ab'.repeat(16) };

  it('says type, title, status, detail and where it happened', () => {
    expect(problemOf(new TerminalError('shop/not-found', 'there is no thing 1'), request)).toEqual({
      type: 'urn:jobhunter:error:shop/not-found',
      title: 'Not Found',
      status: 404,
      detail: 'there is no thing 1',
      instance: '/things/1',
      code: 'shop/not-found',
      disposition: 'terminal',
      traceId: 'ab'.repeat(16),
    });
  });

  it('names the fields, and when to try again', () => {
    const fields = [{ field: 'a', value: 1, message: 'must be 2' }];
    expect(problemOf(new TerminalError('x/y', 'no', fields), request).errors).toEqual(fields);
    expect(problemOf(new RetryableError('x/y', 'later', 1_500), request).retryAfterMs).toBe(1_500);
    expect(problemOf(new HaltError('x/y', 'stop'), request).status).toBe(502);
  });

  it('tells nothing about a fault of the gateway itself', () => {
    const problem = problemOf(new TypeError('secret is undefined'), request);
    expect(problem).toMatchObject({ status: 500, code: 'gateway/internal' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});

describe('what Nest and Fastify throw', () => {
  const context = { mediaType: 'text/plain', bodyLimit: 1_048_576 };
  const fastifyError = (code: string, statusCode: number): Error =>
    Object.assign(new Error(code), { code, statusCode });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'gateway/body-too-large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'gateway/unsupported-media-type'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'gateway/bad-request'],
    ['FST_ERR_BAD_URL', 400, 'gateway/bad-encoding'],
    ['FST_ERR_SOMETHING', 400, 'gateway/bad-request'],
  ])('is read: %s', (code, status, expected) => {
    const cause = fastifyError(code, status);
    expect(fromHttp(new HttpException('x', status, { cause }), context)).toMatchObject({ code: expected });
    expect(fromHttp(cause, context)).toMatchObject({ code: expected });
  });

  it('is left alone where it speaks for itself, or is a fault', () => {
    const known = new BadQueryError([]);
    expect(fromHttp(known, context)).toBe(known);
    const fault = new Error('a bug');
    expect(fromHttp(fault, context)).toBe(fault);
    expect(fromHttp(new BadRequestException('no'), context)).toMatchObject({ code: 'gateway/bad-request' });
  });
});

it('a sentence over many fields names five and counts the rest', () => {
  const fields = Array.from({ length: 7 }, (_, at) => ({ field: `f${at}`, message: 'is wrong', value: at }));
  expect(sentence(fields)).toBe(
    'f0: is wrong (got 0); f1: is wrong (got 1); f2: is wrong (got 2); f3: is wrong (got 3); f4: is wrong (got 4) (and 2 more)',
  );
});
