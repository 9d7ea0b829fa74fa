import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApprovalDto, ArtifactDto } from '#libs/contracts';
import { readExport } from '#libs/flows';
import { flowRunId } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { recordOf, TestGateway } from '../testing/test-gateway.js';
import type { RunBody } from '../testing/test-gateway.js';

let at: TestGateway;
let script: RunScript;
let path: string;

beforeAll(async () => {
  at = await TestGateway.start();
  const { body } = await at.post('/workflows/song', { text: 'la' });
  script = new RunScript(at.log, flowRunId(body.runId));
  path = `/flow-runs/${body.runId}`;
  await script.begin();
  await script.schedule(1);
  await script.succeed(1);
});
afterAll(() => at.close());

interface Items {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

const actor = { userId: 'local', channel: 'api' } as const;

const artifact = (id: string, more: Partial<ArtifactDto> = {}): ArtifactDto => ({
  id,
  flowRunId: script.runId,
  flow: 'song',
  step: 3,
  key: null,
  kind: 'markdown',
  title: 'Words',
  data: 'la la',
  bytes: 7,
  dataRef: null,
  actor,
  createdAt: '2026-11-21T12:00:00.000Z',
  lastSeq: 4,
  ...more,
});

const approval: ApprovalDto = {
  id: 'a1',
  flowRunId: 'run-1',
  flow: 'song',
  step: 2,
  name: 'sing it',
  payload: null,
  status: 'pending',
  actor,
  approvers: null,
  dueAt: null,
  otherwise: null,
  requestedAt: '2026-11-21T12:00:00.000Z',
  answeredAt: null,
  answeredBy: null,
  comment: null,
  answer: null,
  updatedAt: '2026-11-21T12:00:00.000Z',
  lastSeq: 4,
};

describe('what belongs to a run', () => {
  it('is its steps, as the log holds them now', async () => {
    const { status, body } = await at.ask<Items>(`${path}/steps`);
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      {
        number: 1,
        kind: 'task',
        name: 'verse',
        state: 'succeeded',
        taskRunId: 'task-1',
        endedAt: expect.stringMatching(/Z$/),
        links: { taskRun: '/task-runs/task-1' },
      },
    ]);
    await script.schedule(2);
    const { items } = (await at.ask<Items>(`${path}/steps`)).body;
    expect(items[1]).toMatchObject({ number: 2, state: 'pending', endedAt: null });
  });

  it('is the runs that it has started', async () => {
    const record = recordOf((await at.ask<RunBody>(path)).body);
    at.records.flowRuns.set('child', { ...record, id: 'child', parentFlowRunId: script.runId });
    const { body } = await at.ask<Items>(`${path}/children?status=running`);
    expect(body.items).toMatchObject([{ id: 'child', links: { self: '/flow-runs/child' } }]);
    expect(at.records.asked.at(-1)).toEqual({ status: 'running', parentFlowRunId: script.runId });
  });

  it('is what it shows to people, with data too large for a record read out of the log', async () => {
    const whole = { kind: 'table', data: [{ verse: 1 }] } as const;
    const seq = await script.decide({ type: 'ArtifactRecorded', step: 3, artifact: whole });
    const dataRef = { flowRunId: script.runId, seq };
    at.records.artifacts.push(artifact('x.1'), artifact('x.2', { kind: 'table', data: null, dataRef }));
    const { body } = await at.ask<Items>(`${path}/artifacts`);
    expect(body.items).toMatchObject([
      { id: 'x.1', data: 'la la', links: { self: '/artifacts/x.1', flowRun: path } },
      { id: 'x.2', data: null },
    ]);
    expect((await at.ask('/artifacts/x.2')).body).toMatchObject({ id: 'x.2', data: [{ verse: 1 }] });
    expect((await at.ask('/artifacts/x.3')).status).toBe(404);
    expect((await at.ask<Items>('/artifacts')).body.items).toHaveLength(2);
  });

  it('is what it asks people, which stands in the list of all approvals too', async () => {
    at.records.approvals.push({ ...approval, flowRunId: script.runId });
    at.records.approvals.push({ ...approval, id: 'a2', flowRunId: 'other', status: 'declined' });
    const answer = `${path}/approvals/2`;
    const { body } = await at.ask<Items>(`${path}/approvals`);
    expect(body.items).toMatchObject([{ id: 'a1', links: { answer, flowRun: path } }]);
    const pending = await at.ask<Items>('/approvals?status=pending');
    expect(pending.body.items.map(({ id }) => id)).toEqual(['a1']);
    expect((await at.ask('/approvals?status=open')).status).toBe(400);
  });

  it('is its history, which can be read back', async () => {
    const response = await fetch(`${at.gateway.url}${path}/export`);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${script.runId}.json"`);
    const { runId, flow, events } = readExport(await response.text());
    expect({ runId, flow }).toEqual({ runId: script.runId, flow: 'song' });
    const { events: stored } = await at.log.readRun(script.runId);
    expect(events.map(({ event }) => event)).toEqual(stored.map(({ event }) => event));
  });

  it.each(['steps', 'children', 'artifacts', 'approvals', 'export'])(
    'is shown to nobody else, nor of a run that there is not: %s',
    async (part) => {
      const { body } = await at.post('/workflows/song', { text: 'la' }, { 'x-user-id': 'ann' });
      const hidden = `/flow-runs/${body.runId}/${part}`;
      expect((await at.ask(hidden, { headers: { 'x-user-id': 'bob' } })).status).toBe(404);
      expect((await at.ask(`/flow-runs/nobody/${part}`)).status).toBe(404);
    },
  );
});
