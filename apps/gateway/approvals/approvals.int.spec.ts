import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApprovalDto } from '#libs/contracts';
import { flowRunId } from '#libs/run-log';
import { RunScript } from '../testing/run-script.js';
import { TestGateway } from '../testing/test-gateway.js';

let at: TestGateway;
let runId: string;
const payload = { subject: 'Application as a baker', text: 'x'.repeat(100_000) };

beforeAll(async () => {
  at = await TestGateway.start();
});
afterAll(() => at.close());
beforeEach(async () => {
  const { body } = await at.post('/workflows/song', { text: 'la' }, { 'x-user-id': 'ann' });
  runId = body.runId;
  const script = new RunScript(at.log, flowRunId(runId));
  await script.begin();
  await script.decide(
    { type: 'ApprovalRequested', step: 1, name: 'send it', payload, approvers: ['ann', 'bob'] },
    { type: 'ApprovalRequested', step: 2, name: 'other', payload: null, approvers: ['ann'] },
  );
});

const get = (id: string, who: string) =>
  at.ask<ApprovalDto & { links: object; code: string }>(`/approvals/${id}`, {
    headers: { 'x-user-id': who },
  });

describe('one approval', () => {
  it('comes whole, as the log holds it, to those whose it is and who may answer it', async () => {
    for (const who of ['ann', 'bob']) {
      const { status, body } = await get(`${runId}.1`, who);
      expect([status, body]).toMatchObject([
        200,
        {
          ...{ id: `${runId}.1`, name: 'send it', status: 'pending', payload, approvers: ['ann', 'bob'] },
          links: { answer: `/flow-runs/${runId}/approvals/1`, self: `/approvals/${runId}.1` },
        },
      ]);
    }
    const answer = { approved: true, comment: 'fine' };
    await at.post(`/flow-runs/${runId}/approvals/1`, answer, { 'x-user-id': 'bob' });
    expect((await get(`${runId}.1`, 'ann')).body).toMatchObject({
      ...{ status: 'approved', comment: 'fine', answeredBy: { userId: 'bob' } },
    });
  });

  it.each([
    ['eve', '1'],
    ['bob', '2'],
    ['ann', '3'],
    ['ann', '0'],
    ['ann', 'one'],
  ])('is not there for %s by step %s', async (who, step) => {
    expect(await get(`${runId}.${step}`, who)).toMatchObject({
      ...{ status: 404, body: { code: 'gateway/unknown-approval', errors: [{ field: 'id' }] } },
    });
  });

  it.each(['nothing', '%2e%2e', 'a b.1', `${'x'.repeat(200)}.1`])('is not there by the id %s', async (id) => {
    expect((await get(id, 'ann')).status).toBe(404);
  });

  it('comes out of the record where the log has its run no more', async () => {
    const { body } = await get(`${runId}.1`, 'ann');
    const { links: _links, ...record } = body;
    at.records.approvals.push({ ...record, id: 'gone.3', flowRunId: 'gone', step: 3 });
    expect((await get('gone.3', 'ann')).body).toMatchObject({ id: 'gone.3', payload });
  });
});
