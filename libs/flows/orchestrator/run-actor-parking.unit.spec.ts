import { IsOptional, IsString } from 'class-validator';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { flowRunId, streamSeq } from '#libs/run-log';
import type { MemoryRunLog, RunEvent, Trigger } from '#libs/run-log';
import { UNPARKER } from '../core/index.js';
import { flow } from '../flow.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { FlowRegistry } from './registry.js';
import {
  actorOver,
  delivery,
  handle,
  history,
  log,
  parking,
  resetActors,
  runId,
  someone,
  start,
  typesOf,
} from './run-actor.fixtures.js';

class OtherDto {
  @IsString() surname: string;
}

class NamedDto {
  @IsString() name: string;
  @IsString() @IsOptional() title = 'no title';
}

beforeEach(resetActors);

describe('a run in an orchestrator’s memory', () => {
  it('parks a run whose version it lacks, once, and lets go of its triggers (rule 11)', async () => {
    await start('of_another_build');
    for (const deliveries of [1, 2]) {
      const message = await delivery(0, { deliveries });
      await handle(actorOver(), message);
      expect(message.ack).toHaveBeenCalledTimes(1);
      expect(parking.park).toHaveBeenLastCalledWith('of_another_build', 'unknown', runId);
    }
    expect(await typesOf()).toEqual(['StartRequested', 'RunParked']);
  });

  it('notes no longer that a run waits for its version once it is cancelled', async () => {
    await start('of_another_build');
    await handle(actorOver(), await delivery(0));
    await log.request(
      runId,
      { type: 'CancelRequested', actor: { userId: 'local', channel: 'cli' } },
      'cancel',
    );
    await handle(actorOver(), await delivery(2));
    expect((await typesOf()).at(-1)).toBe('FlowCancelled');
    expect(parking.unpark).toHaveBeenCalledWith('of_another_build', 'unknown', runId);
  });

  it('is not let go on by the arrival of its version where it was halted since, and the note goes', async () => {
    await start();
    await log.decide(runId, streamSeq(0), [
      { type: 'FlowStarted', flow: 'nap_then_work', version: '1', tags: [] },
      {
        type: 'RunHalted',
        reason: 'non-determinism',
        error: { code: 'x', message: 'x', disposition: 'halt' },
      },
    ]);
    await log.request(runId, { type: 'ResumeRequested', actor: UNPARKER }, 'unpark-1');
    const before = (await typesOf()).length;
    const message = await delivery(before - 1);
    await handle(actorOver(), message);
    expect(message.ack).toHaveBeenCalledTimes(1);
    expect(await typesOf()).toHaveLength(before);
    expect(parking.unpark).toHaveBeenCalledWith(expect.any(String), '1', runId);
  });

  describe('that was parked after it had begun', () => {
    const version = new FlowRegistry([
      flow(
        { name: 'nap_then_work', description: 'A flow under test.', input: SampleDto },
        async (_input, ctx) => {
          try {
            await ctx.sleep(60);
          } finally {
            await ctx.shielded.task(sampleOperation('echo'), { value: 'tidy' });
          }
        },
      ),
    ]);
    const without = new FlowRegistry([]);
    const told = async (event: RunEvent & Trigger, known: FlowRegistry): Promise<void> => {
      await log.request(runId, event as Parameters<MemoryRunLog['request']>[1], `word-${words++}`);
      await handle(actorOver(log, known), await delivery((await history()).length - 1));
    };
    const cancel = { type: 'CancelRequested', actor: someone } as const;
    let words = 0;

    beforeEach(async () => {
      await start();
      await handle(actorOver(log, version), await delivery(0));
    });

    it('is no longer said to be parked once it is taken up, and cleans up when it is cancelled then', async () => {
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      expect((await typesOf()).at(-1)).toBe('RunParked');
      await told({ type: 'ResumeRequested', actor: UNPARKER }, version);
      expect((await history()).at(-1)).toEqual({ type: 'RunResumed', actor: UNPARKER, after: 'halt' });
      await told(cancel, version);
      expect(await typesOf()).toEqual(expect.arrayContaining(['FlowCancelling', 'TaskScheduled']));
      expect(await typesOf()).not.toContain('FlowCancelled');
    });

    it('cleans up where the cancel itself finds its version again', async () => {
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      await told(cancel, version);
      expect(await typesOf()).toEqual(expect.arrayContaining(['RunResumed', 'FlowCancelling']));
      expect(await typesOf()).not.toContain('FlowCancelled');
    });

    it('is not ended by a parent that says again what it was told before', async () => {
      const byParent = { ...cancel, by: flowRunId('parent') };
      await told(byParent, version);
      await told({ type: 'SignalSent', actor: someone, name: 'x', payload: 1 }, without);
      expect((await typesOf()).at(-1)).toBe('RunParked');
      await told(byParent, without);
      expect(await typesOf()).not.toContain('FlowCancelled');
      await told(cancel, without);
      expect((await typesOf()).at(-1)).toBe('FlowCancelled');
    });
  });

  describe('whose child another orchestrator may know', () => {
    const child = flow(
      { name: 'a_child', description: 'A flow under test.', input: NamedDto },
      async ({ name, title }) => `${name} (${title})`,
    );
    const parent = flow(
      { name: 'a_parent', description: 'A flow under test.', input: SampleDto },
      (input, ctx) => ctx.flow(child, (input.value === 'bad' ? {} : { name: 'Ada' }) as NamedDto),
    );
    const older = new FlowRegistry([parent]);
    const newer = new FlowRegistry([parent, child]);
    const childId = flowRunId('run-1-1');
    const ofChild = async (): Promise<RunEvent[]> =>
      (await log.readRun(childId)).events.map(({ event }) => event);
    const handOver = async (index: number, known: FlowRegistry) => {
      const stored = (await log.readRun(childId)).events[index]!;
      await handle(actorOver(log, known, childId), {
        ...(await delivery(0)),
        ...stored,
        event: stored.event as Trigger,
      });
    };
    /** Lets an orchestrator that does not know the child begin it, and one that does take it up. */
    async function takenUp(input: object): Promise<void> {
      await start('a_parent', input);
      await handle(actorOver(log, older), await delivery(0));
      await handOver(0, older);
      await log.request(childId, { type: 'ResumeRequested', actor: UNPARKER }, 'unpark');
      await handOver(2, newer);
    }

    it('begins it all the same, and parks it; nothing is told to the parent', async () => {
      await start('a_parent');
      await handle(actorOver(log, older), await delivery(0));
      expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'ChildScheduled']);
      await handOver(0, older);
      expect(await ofChild()).toMatchObject([
        { type: 'StartRequested', flow: 'a_child', unchecked: true, parent: { runId, step: 1 } },
        { type: 'RunParked', flow: 'a_child', version: 'unknown' },
      ]);
      expect(parking.park).toHaveBeenLastCalledWith('a_child', 'unknown', childId);
    });

    it('takes it up where the flow is known, with the input as the flow declares it', async () => {
      await takenUp({});
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'Ada (no title)' });
      expect(parking.unpark).toHaveBeenCalledWith('a_child', 'unknown', childId);
      expect((await history()).at(-1)).toMatchObject({ type: 'ChildFinished', end: { status: 'completed' } });
    });

    it('knows it for good by its own name where it was asked for by an alias', async () => {
      const renamed = flow(
        { name: 'new_name', aliases: ['a_child'], description: 'A flow under test.', input: NamedDto },
        async ({ name }, ctx) => `${name} hears ${JSON.stringify(await ctx.signal('go'))}`,
      );
      const latest = new FlowRegistry([parent, renamed]);
      await start('a_parent');
      await handle(actorOver(log, older), await delivery(0));
      await handOver(0, latest);
      await log.request(childId, { type: 'SignalSent', actor: someone, name: 'go', payload: 7 }, 'go');
      await handOver((await ofChild()).length - 1, latest);
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowCompleted', result: 'Ada hears 7' });
    });

    it('is told nothing of a child that goes on though a newer build would refuse its input', async () => {
      const stricter = new FlowRegistry([
        parent,
        flow({ name: 'a_child', version: '2', description: 'x', input: OtherDto }, async () => 1),
      ]);
      await start('a_parent');
      await handle(actorOver(log, newer), await delivery(0));
      await handle(actorOver(log, stricter), await delivery(0, { deliveries: 2 }));
      expect(await typesOf()).toEqual(['StartRequested', 'FlowStarted', 'ChildScheduled']);
    });

    it('fails it with the fields where its input is refused then, and tells the parent', async () => {
      await takenUp({ value: 'bad' });
      const refusal = { code: 'flow/invalid-input', fields: [{ field: 'name' }] };
      expect((await ofChild()).at(-1)).toMatchObject({ type: 'FlowFailed', error: refusal });
      expect((await history()).at(-1)).toMatchObject({
        type: 'ChildFinished',
        end: { status: 'failed', error: refusal },
      });
    });
  });
});
