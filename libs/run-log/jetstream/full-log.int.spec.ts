import { expect, it } from '@jest/globals';
import { ownNats } from '#libs/testing';
import { streamSeq } from '../ids.js';
import { flowStarted, freshRun, scheduled, started } from '../run-log.fixtures.js';
import { runSubjects } from '../subjects.js';
import { connectRunLog } from './connect.js';

it('refuses new work when the broker is full, loses nothing old, and goes on after a purge', async () => {
  const broker = await ownNats({ maxFileStore: 256 * 1024 });
  const log = await connectRunLog({ servers: broker.url, name: 'spec' });
  try {
    const full = freshRun();
    await log.start(full, started());
    let last = streamSeq(0);
    let written = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        last = await log.decide(full, last, [scheduled(written, { runId: full, input: 'x'.repeat(20_000) })]);
        written++;
      }
    };
    const refusal = { code: 'run-log/full', disposition: 'retry' };
    await expect(fill()).rejects.toMatchObject(refusal);
    await expect(log.start(freshRun(), started('x'.repeat(50_000)))).rejects.toMatchObject(refusal);
    const many = Array.from({ length: 20 }, (_, step) =>
      scheduled(step, { runId: full, input: 'x'.repeat(5_000) }),
    );
    await expect(log.decide(full, last, many)).rejects.toMatchObject(refusal);
    await expect(log.start(freshRun(), started('x'.repeat(400_000)))).rejects.toMatchObject(refusal);
    expect((await log.readRun(full)).events).toHaveLength(written + 1);

    const purge = JSON.stringify({ filter: runSubjects.all(full) });
    await log.connection.request('$JS.API.STREAM.PURGE.RUN', purge);
    const next = freshRun();
    await log.start(next, started());
    await expect(log.decide(next, streamSeq(0), [flowStarted])).resolves.toBeGreaterThan(0);
  } finally {
    await log.close();
    await broker.stop();
  }
});
