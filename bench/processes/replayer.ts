import 'reflect-metadata';
import { connectRunLog } from '#libs/run-log';
import { payload } from '../no-op/echo.contract.js';
import { storeHistory } from '../replay/long-history.js';
import type { HistoryPlan, LongHistory } from '../replay/long-history.js';
import { Replays } from '../replay/replays.js';
import { settled } from '../steps/settled.js';
import { answerParent, setting } from './answer-parent.js';

const log = await connectRunLog({ servers: setting('NATS_URL'), name: 'bench-replayer' });
const text = payload();
const replays = new Replays(log, log.connection, text);

answerParent(
  {
    store: (plan: HistoryPlan) => storeHistory(log, plan, text),
    start: async () => {
      await replays.start();
      await settled(log.connection, ['RUN']);
    },
    replay: ({ history, rounds }: { history: LongHistory; rounds: number }) =>
      replays.measure(history, rounds),
  },
  async () => {
    await replays.close();
    await log.close();
  },
);
