import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DeploymentClient, readDeploymentFile, startDeployments, type Deployments } from '#libs/deployments';
import { FlowRegistry } from '#libs/flows';
import { connectRunLog, type JetStreamRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { FLOWS } from './flows/index.js';
import { TASKS } from './tasks/index.js';

const sample = readFileSync(path.resolve('samples/jobhunter.yml'), 'utf8');
const by = { actor: { userId: 'ann', channel: 'cli' } } as const;

let log: JetStreamRunLog;
let deployments: Deployments;
let client: DeploymentClient;

beforeAll(async () => {
  log = await connectRunLog({ servers: testNats().url });
  deployments = await startDeployments({ log, registry: new FlowRegistry(FLOWS, TASKS) });
  client = new DeploymentClient(log.connection);
});
afterAll(async () => {
  await deployments?.close();
  await log?.close();
});

it('has the sample file be what the flows take, with everything paused', async () => {
  const { specs } = readDeploymentFile(sample, 'jobhunter.yml');
  const { changes, refused } = await client.plan(specs, by);
  expect(refused).toEqual([]);
  expect(changes.map(({ flow, name, change }) => [`${flow}/${name}`, change])).toEqual([
    ['daily_job_hunt/daily-job-hunt', 'created'],
    ['scrape_and_process/periodic-scraping', 'created'],
    ['maintenance/daily-maintenance', 'created'],
    ['scrape_jobs/daily-job-scrape', 'created'],
    ['daily_job_processing/after-a-search', 'created'],
  ]);
  expect(specs.map(({ name, schedule, paused }) => [name, schedule, paused])).toEqual([
    ['daily-job-hunt', { cron: '0 9 * * *', timeZone: 'UTC' }, true],
    ['periodic-scraping', { cron: '0 */6 * * *' }, true],
    ['daily-maintenance', { cron: '0 2 * * *' }, true],
    ['daily-job-scrape', { cron: '0 9 * * *' }, true],
    ['after-a-search', undefined, true],
  ]);
  expect(specs.at(-1)?.triggers).toMatchObject([{ run: 'scrape_jobs' }]);
  expect(specs[0]?.parameters).toMatchObject({ matchThreshold: 0.85 });
});

it('has the file that the guide of triggers shows be one that works', async () => {
  const guide = readFileSync(path.resolve('docs/guides/triggers.md'), 'utf8');
  const [, shown = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const { specs } = readDeploymentFile(shown, 'jobhunter.yml');
  expect(specs.flatMap(({ triggers }) => triggers)).toHaveLength(3);
  expect(await client.plan(specs, by)).toMatchObject({ changes: [{ change: 'created' }], refused: [] });
});

it('has the runner that is commented out in it be one that works', async () => {
  const [, commented = ''] = sample.split(/^(?=# orchestrator:)/m);
  const { specs } = readDeploymentFile(commented.replace(/^# ?/gm, ''), 'jobhunter.yml');
  expect(specs).toMatchObject([
    { flow: 'pipe', name: 'refresh-matches', schedule: { intervalSeconds: 3_600 } },
  ]);
  expect(await client.plan(specs, by)).toMatchObject({ changes: [{ change: 'created' }], refused: [] });
});
