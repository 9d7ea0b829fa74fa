import { ownBroker } from '../brokers/own-broker.js';
import type { Measure } from '../measure.js';
import { startWorld } from '../processes/world.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { median } from '../statistics.js';
import type { CallTimes } from './call-by-turns.js';

const WARM_UP_CALLS = scaled(1_500);
const CALLS = scaled(4_000);

/** Measures what a direct call of an operation costs over a bare request. */
export const directCall: Measure = {
  names: ['p3'],
  run: async (context) => {
    const { orchestrator: caller } = await startWorld(context, await ownBroker(context));
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
