// Asking a person. See docs/guides/signals-and-approvals.md#approvals.
import { flow, type ApprovalOptions } from '#libs/flows';
import type { Actor } from '#libs/run-log';
import { reached, runExample } from './support/index.js';

class NoInput {}

const asking = (name: string, options: ApprovalOptions) =>
  flow({ name, description: 'Asks before it spends', input: NoInput }, async (_input, ctx) => {
    const { approved, by, comment, payload } = await ctx.approval('spend', { amount: 250 }, options);
    return { approved, by: by?.userId ?? 'the deadline', comment, payload };
  });

const asksChief = asking('example_asks_chief', { approvers: ['chief'] });
const asksBriefly = asking('example_asks_briefly', { deadlineSeconds: 0.1, otherwise: 'declined' });
const mustKnow = asking('example_must_know', { deadlineSeconds: 0.1 });

await runExample({ flows: [asksChief, asksBriefly, mustKnow] }, async ({ client, log, me }) => {
  const chief: Actor = { userId: 'chief', channel: 'api' };
  const said = (error: Error & { readonly code: string }) => console.log(`refused: ${error.code}`);

  const { runId } = await client.start('example_asks_chief', {}, { actor: me });
  await reached(log, runId, 'ApprovalRequested');
  for (const { name, step, payload, approvers } of await client.approvals(runId))
    console.log(`asked: ${name} (step ${step}), ${JSON.stringify(payload)}, of ${approvers?.join(', ')}`);

  await client.answerApproval(runId, {}, { actor: me, approved: true }).catch(said);
  const answer = { approved: true, comment: 'but no more', payload: { limit: 200 } };
  await client.answerApproval(runId, { name: 'spend' }, { actor: chief, ...answer });
  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end);

  for (const { contract } of [asksBriefly, mustKnow]) {
    const run = await client.start(contract.name, {}, { actor: me });
    const ended = await client.result(run.runId);
    console.log(
      ended.status === 'completed' ? ended.result : ended.status === 'failed' && ended.error.message,
    );
  }
});

/* It prints:

asked: spend (step 1), {"amount":250}, of chief
refused: flow/not-an-approver
{
  approved: true,
  by: 'chief',
  comment: 'but no more',
  payload: { limit: 200 }
}
{ approved: false, by: 'the deadline' }
approval spend was not answered within 0.1 s

*/
