// What must not happen twice, and the word of a person. See docs/guides/at-most-once.md.
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, RetryableError, type OperationRun } from '#libs/operations';
import { runExample } from './support/index.js';

class Letter {
  @IsString() to: string;
}
class Sent {
  @IsString() letterId: string;
}

const SendLetter = defineOperation({
  name: 'send_letter',
  service: 'example_once',
  category: 'examples',
  stage: 'act',
  description: 'Sends a letter',
  execution: 'at-most-once',
  input: Letter,
  output: Sent,
});

@Controller()
class Post {
  @Operation(SendLetter)
  async sendLetter({ to }: Letter, run: OperationRun): Promise<Sent> {
    console.log(`  attempt ${run.attempt} to send it to ${to}`);
    // Closed before anything was handed over: this is known to have had no effect, and may be tried again.
    if (run.attempt === 1) throw new RetryableError('post/closed', 'the post office is closed');
    // Handed over, and then no answer. When its time is over nobody knows whether the letter is on its way.
    await new Promise<void>((resolve) => run.signal.addEventListener('abort', () => resolve()));
    throw run.signal.reason;
  }
}

const sendLetter = task({ name: 'send_letter', retries: 3, timeoutSeconds: 0.1 }, SendLetter);

const write = flow(
  { name: 'example_letter', description: 'Sends one letter', input: Letter },
  async (input, ctx) => {
    const { letterId } = await ctx.task(sendLetter, input);
    return `letter ${letterId} is on its way`;
  },
);

const service = { contracts: [SendLetter], controller: Post };
await runExample({ service, flows: [write] }, async ({ client, me }) => {
  const { runId } = await client.start('example_letter', { to: 'Bremen' }, { actor: me });
  const halt = await client.result(runId, { orHalted: true });
  if (halt.status !== 'halted') throw new Error(`the run has ${halt.status}`);
  console.log(`${halt.status}: ${halt.error.code}`);
  console.log(halt.error.message);

  const { ambiguous } = await client.describe(runId);
  for (const { task, step, attempt } of ambiguous)
    console.log(`in question: task ${task}, step ${step}, attempt ${attempt}`);

  await client
    .resume(runId, { actor: me })
    .catch((error: { code: string }) => console.log(`refused: ${error.code}`));

  // Somebody has asked the post office: the letter is there.
  const resolutions = ambiguous.map(
    ({ taskRunId }) => ({ taskRunId, as: 'succeeded', result: { letterId: 'L-17' } }) as const,
  );
  await client.resume(runId, { actor: me, resolutions });
  const end = await client.result(runId);
  console.log(end.status === 'completed' ? end.result : end);
});

/* It prints:

  attempt 1 to send it to Bremen
  attempt 2 to send it to Bremen
halted: flow/ambiguous-outcome
task send_letter (step 1): send_letter runs at most once and whether it took effect is unknown (send_letter did not end within 100 ms); a person has to decide
in question: task send_letter, step 1, attempt 2
refused: flow/resolution-needed
letter L-17 is on its way

*/
