import { describe, expect, it } from '@jest/globals';
import type { Trigger } from '#libs/deployments';
import { firesLine, triggerLine } from './trigger-drawing.js';
import { readTriggerOptions } from './trigger-options.js';

describe('triggers as they are typed', () => {
  it('are those of all three options', () => {
    expect(
      readTriggerOptions({
        onEvent: ['order.created', 'stock.*'],
        onRun: ['gather', 'gather/nightly:failed', 'gather:failed,cancelled'],
        onWebhook: ['SHOP', 'CODE:github'],
      }),
    ).toEqual([
      { event: 'order.created' },
      { event: 'stock.*' },
      { run: 'gather' },
      { run: 'gather/nightly', on: ['failed'] },
      { run: 'gather', on: ['failed', 'cancelled'] },
      { webhook: 'SHOP' },
      { webhook: 'CODE', scheme: 'github' },
    ]);
    expect(readTriggerOptions({})).toBeUndefined();
  });

  it.each([
    [{ onRun: ['gather:faild'] }, '--on-run gather:faild: expected completed, failed, cancelled'],
    [{ onRun: ['gather:'] }, 'not ""'],
    [{ onWebhook: ['CODE:gitlab'] }, '--on-webhook CODE:gitlab: expected standard, github'],
  ])('are refused where they are none: %j', (options, said) => {
    expect(() => readTriggerOptions(options)).toThrow(said);
  });
});

describe('what fires a deployment', () => {
  const event: Trigger = { event: 'order.*' };
  const run: Trigger = { run: 'gather', on: ['failed', 'cancelled'] };
  const schedule = { cron: '0 9 * * *' };

  it.each([
    [{ triggers: [] }, 'by hand'],
    [{ triggers: [], schedule }, '0 9 * * * UTC'],
    [{ triggers: [event] }, 'on event order.*'],
    [{ triggers: [run, event] }, 'on run gather failed or cancelled and 1 more'],
    [{ triggers: [{ webhook: 'CODE' }], schedule }, '0 9 * * * UTC, on webhook CODE (standard)'],
  ])('is told in a few words: %j', (entry, said) => {
    expect(firesLine(entry)).toBe(said);
  });

  it('is told with its filter and what it gives the run', () => {
    const where = { 'data.total': { $gte: 100 } };
    const parameters = { id: '${{ event.data.id }}' };
    expect(triggerLine({ event: 'order.*', where, parameters })).toBe(
      'event order.* where {"data.total":{"$gte":100}} with {"id":"${{ event.data.id }}"}',
    );
    expect(triggerLine({ webhook: 'CODE', scheme: 'github', where: {}, parameters: {} })).toBe(
      'webhook CODE (github)',
    );
  });
});
