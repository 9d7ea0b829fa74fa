import { expect, it } from '@jest/globals';
import { createMemoryRunLog, UnknownEventError } from '#libs/run-log';
import type { RunLog, Undecodable } from '#libs/run-log';
import type { ActorEnvironment } from './actor-environment.js';
import { IdleRuns } from './idle-runs.js';
import { Tenure } from './tenure.js';

it('settles nothing that it cannot read once its partition is another’s, who may be able to', async () => {
  let unreadable: Parameters<RunLog['orchestrate']>[2];
  const log = {
    ...createMemoryRunLog(),
    orchestrate: async (...[, , onUnreadable]: Parameters<RunLog['orchestrate']>) => {
      unreadable = onUnreadable;
      return { close: async () => undefined, closed: Promise.resolve() };
    },
  } as unknown as RunLog;
  const tenure = new Tenure(3, { log } as Omit<ActorEnvironment, 'pause'>, new Map(), new IdleRuns(10));
  await tenure.begin(log);
  tenure.lose();
  const problem = { error: new UnknownEventError('SignalSent', 9, 1) } as Undecodable;
  await expect(unreadable?.(problem)).rejects.toThrow("partition 3 is another's by now");
});
