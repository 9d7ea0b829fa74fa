// A flow that runs by itself. See docs/guides/deployments.md.
import { IsInt, Min } from 'class-validator';
import { DeploymentClient, toDeployment } from '#libs/deployments';
import { flow } from '#libs/flows';
import { runExample } from './support/index.js';

class ReportInput {
  @IsInt()
  @Min(1)
  days: number;
}

const report = flow(
  { name: 'example_report', description: 'Sums up some days', input: ReportInput },
  async ({ days }) => `a report over ${days} day`,
);

const nightly = toDeployment(report, {
  name: 'nightly',
  parameters: { days: 1 },
  schedule: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
  overlap: 'queue',
});

await runExample({ flows: [report] }, async ({ client, log, me }) => {
  const deployments = new DeploymentClient(log.connection);
  const by = { actor: me };

  const { change } = await deployments.put(nightly, by);
  const again = await deployments.put(nightly, by);
  console.log(`${change}, then ${again.change}`);
  console.log(await deployments.next(nightly, { ...by, count: 2, after: '2026-03-28T12:00:00Z' }));

  const wrong = { ...nightly, schedule: { cron: '0 30 2 * * *' } };
  const { changes, refused } = await deployments.plan([{ ...nightly, concurrency: 2 }, wrong], by);
  console.log('would change:', changes[0]?.fields);
  console.log('refused:', refused[0]?.error.fields?.[0]?.field);

  const { runId } = await deployments.runNow(nightly, by);
  const end = await client.result(runId);
  console.log(end.status === 'completed' && end.result);

  // Every second, until it has fired once.
  const often = { ...nightly, schedule: { intervalSeconds: 1 } };
  await deployments.put(often, by);
  const hasFired = async () =>
    (await deployments.firings(nightly, by)).some((each) => each.by === 'schedule');
  while (!(await hasFired()));
  const { paused, next } = await deployments.pause(nightly, by);
  console.log(`paused: ${paused}, instants to come: ${next.length}`);
});

/* It prints:

created, then unchanged
[ '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z' ]
would change: [ { field: 'concurrency', from: 1, to: 2 } ]
refused: schedule.cron
a report over 1 day
paused: true, instants to come: 0

*/
