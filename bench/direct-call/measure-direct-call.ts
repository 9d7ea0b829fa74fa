import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import { ownStack } from '../stack.js';
import { median } from '../statistics.js';
import type { CallTimes } from './call-by-turns.js';

const WARM_UP_CALLS = 1_500;
const CALLS = 4_000;

/** Measures what a direct call of an operation costs over a bare request. */
export const directCall: Measure = {
  name: 'p3',
  run: async (context) => {
    const { natsUrl } = await ownStack(context);
    await Child.start(context, 'service', { NATS_URL: natsUrl });
    const caller = await Child.start(context, 'orchestrator', { NATS_URL: natsUrl });
    await caller.ask('call', WARM_UP_CALLS);
    const { ours, plain, durable } = await caller.ask<CallTimes>('call', CALLS);
    return [
      resultOf({
        id: 'P3',
        what: 'ms that the runner adds to a no-op direct call, p50 (the call less a bare request and reply); reference: a bare request and reply',
        ours: median(ours) - median(plain),
        reference: median(plain),
        goal: { of: 'ours', is: '<=', value: 0.6 },
      }),
      resultOf({
        id: 'P3 whole call',
        what: 'ms of a no-op direct call, p50; reference: a bare request and reply plus one durable publish',
        ours: median(ours),
        reference: median(durable),
      }),
    ];
  },
};
