import mongoose from 'mongoose';
import { GetDeadLetter, GetTaskRun, ProcessJobs } from '#libs/contracts';
import { flowRunId, taskRunId } from '#libs/run-log';
import type { HuntApps } from './hunt-apps.js';
import type { Person } from './person.js';

/** What somebody leaves in the records and in the gateway, beside documents of the hunt: ids, and a name. */
export interface LeftBehind {
  readonly alertId: string;
  readonly artifactId: string;
  readonly bulkId: string;
  /** Of a dead letter. */
  readonly letterOfWork: string;
  readonly taskRunId: string;
  /** Name of a value that `maintenance` keeps. */
  readonly state: string;
}

/** Has a person leave one of each, and resolves once all of it can be seen by them. */
export async function leaveBehind(apps: HuntApps, person: Person, jobId: string): Promise<LeftBehind> {
  const target = { channel: 'email', to: `${person.userId}@example.org` };
  const alert = await person.must<{ id: string }>('POST', '/alerts', {
    name: 'nights',
    kind: 'failed',
    target,
  });
  const bulk = await person.must<{ id: string }>('POST', '/flow-runs/bulk/cancel', {
    filter: { tag: 'none' },
  });
  const call = await person.must<{ taskRunId: string }>('POST', '/operations/process_jobs', {
    jobIds: [jobId],
  });
  await person.must('PUT', '/workflows/maintenance/state/kims-count', { value: 1 });
  const left = {
    alertId: alert.id,
    artifactId: await keepArtifact(apps, person),
    bulkId: bulk.id,
    letterOfWork: await deadLetter(apps, person, jobId),
    taskRunId: call.taskRunId,
    state: 'kims-count',
  };
  // The records follow the log.
  const { client } = apps;
  await until(() => client.ask(GetTaskRun, { taskRunId: left.taskRunId }));
  await until(() => client.ask(GetDeadLetter, { deadLetterId: left.letterOfWork }));
  for (const path of [
    `/alerts/${left.alertId}`,
    `/artifacts/${left.artifactId}`,
    `/flow-runs/bulk/${left.bulkId}`,
    `/dead-letters/${left.letterOfWork}`,
    `/task-runs/${left.taskRunId}`,
    `/workflows/maintenance/state/${left.state}`,
  ])
    await person.must('GET', path);
  return left;
}

async function until(ask: () => Promise<object>): Promise<void> {
  for (;;) {
    const there = await ask().then(
      () => true,
      () => false,
    );
    if (there) return;
  }
}

/** Says what a service says of work that it was handed too often. */
async function deadLetter({ client }: HuntApps, { userId }: Person, jobId: string): Promise<string> {
  await client.log.call({
    type: 'DeadLettered',
    taskRunId: taskRunId('left-behind'),
    service: ProcessJobs.service,
    operation: ProcessJobs.name,
    contractVersion: ProcessJobs.version,
    input: { jobIds: [jobId] },
    actor: { userId, channel: 'api', grants: ['*'] },
    flags: {},
    tags: [],
    idempotencyKey: 'left-behind',
    createTaskrun: true,
    runId: flowRunId('left-behind-run'),
    attempt: 1,
    deliveries: 5,
    error: { code: 'operation/delivery-exhausted', message: 'lost', disposition: 'terminal' },
  });
  return 'left-behind.1';
}

/** Keeps what a run would have shown, as the audit does. */
async function keepArtifact({ mongoUri }: HuntApps, { userId }: Person): Promise<string> {
  const database = await mongoose.createConnection(mongoUri).asPromise();
  const artifact = {
    ...{ _id: 'left-behind-run.3', flowRunId: 'left-behind-run', flow: 'maintenance', step: 1 },
    ...{ key: 'best', kind: 'table', title: 'The best', data: '[]', bytes: 2 },
    ...{ actor: { userId, channel: 'api' }, createdAt: new Date(), lastSeq: 3 },
  };
  await database.collection<typeof artifact>('artifacts').insertOne(artifact);
  await database.close();
  return artifact._id;
}
