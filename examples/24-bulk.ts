// The same to many runs, with progress and a way to stop. See docs/guides/steering.md#bulk.
import { IsInt } from 'class-validator';
import { bulk, flow } from '#libs/flows';
import type { FlowRunId } from '#libs/run-log';
import { reached, runExample } from './support/index.js';

class GuestInput {
  @IsInt() number: number;
}

const guest = flow(
  { name: 'example_guest', description: 'Waits for a word', input: GuestInput },
  async (_input, ctx) => ctx.signal<string>('word'),
);

await runExample({ flows: [guest] }, async ({ client, log, me }) => {
  const by = { actor: me };
  const ids: FlowRunId[] = [];
  for (let number = 1; number <= 6; number += 1) {
    const { runId } = await client.start('example_guest', { number }, by);
    await reached(log, runId, 'FlowStarted');
    ids.push(runId);
  }
  const nameOf = (runId: FlowRunId) => `guest ${ids.indexOf(runId) + 1}`;
  await client.signal(ids[0]!, 'word', 'welcome', by);
  await client.result(ids[0]!);

  // What a filter would be by REST or on the command line is any list of ids here, awaited or not.
  const open: FlowRunId[] = [];
  for (const runId of ids) if ((await client.describe(runId)).standing !== 'ended') open.push(runId);
  console.log(`${open.length} of ${ids.length} are open`);

  console.log('cancel all:');
  const cancel = (runId: FlowRunId) => client.cancel(runId, { ...by, reason: 'we are closed' });
  let count = 0;
  for await (const one of bulk(ids, cancel, { concurrency: 1 })) {
    if ('error' in one) console.log(`  ${nameOf(one.runId)}: ${(one.error as { code?: string }).code}`);
    else count += 1;
  }
  console.log(`  ${count} were asked to end`);
  for (const runId of open) await client.result(runId);

  console.log('restart all, and think better of it after two:');
  const stop = new AbortController();
  const restart = (runId: FlowRunId) =>
    client.restart(runId, { ...by, idempotencyKey: `opening-day-${runId}` });
  const again: FlowRunId[] = [];
  for await (const one of bulk(open, restart, { concurrency: 1, signal: stop.signal })) {
    if ('done' in one) again.push(one.done.runId);
    if (again.length === 2) stop.abort();
  }
  console.log(`  ${again.length} of ${open.length} were restarted`);

  // The key makes it safe to do all of it once more: what was restarted is not started twice.
  let existing = 0;
  for await (const one of bulk(open, restart)) if ('done' in one && one.done.existing) existing += 1;
  console.log(`  again, to the end: ${existing} were there already`);
});

/* It prints:

5 of 6 are open
cancel all:
  guest 1: flow/run-ended
  5 were asked to end
restart all, and think better of it after two:
  2 of 5 were restarted
  again, to the end: 2 were there already

*/
