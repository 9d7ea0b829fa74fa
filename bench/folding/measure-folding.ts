import type { Measure } from '../measure.js';
import { Child } from '../processes/child.js';
import { resultOf } from '../result.js';
import { scaled } from '../scale.js';
import { ownStack } from '../stack.js';
import { bareUpserts } from './bare-upserts.js';
import { fillLog } from './fill-log.js';
import type { Folded } from './time-folding.js';

const RUNS = scaled(3_000, 100);
const DOCUMENTS = scaled(30_000);

/** Measures how fast the audit catches up with a log that was filled while it was away. */
export const folding: Measure = {
  names: ['p7'],
  run: async (context) => {
    const { natsUrl, mongoUri } = await ownStack(context);
    const written = await fillLog(natsUrl, RUNS);
    context.say(`P7: ${written} events are in the log`);
    const upserts = await bareUpserts(mongoUri, DOCUMENTS);
    const audit = await Child.start(context, 'audit', { NATS_URL: natsUrl, MONGODB_URI: mongoUri });
    const { events, ms } = await audit.ask<Folded>('fold', written);
    return [
      resultOf({
        id: 'P7',
        what: 'events/s folded by the audit into mongod, catching up; reference: bare upserts/s, 500 a batch',
        ours: (events * 1_000) / ms,
        reference: upserts,
        goal: { of: 'ours', is: '>=', value: 8_000 },
      }),
    ];
  },
};
