// Undoing what was done, last first. See docs/guides/sagas.md.
import { Controller } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, TerminalError, type OperationRun } from '#libs/operations';
import { reached, runExample } from './support/index.js';

class BookInput {
  @IsString() what: string;
}
class Booking {
  @IsString() bookingId: string;
}
class PayInput {
  @IsOptional() @IsString() card?: string;
}
class Done {}

const about = { service: 'example_saga', category: 'examples', stage: 'act' } as const;
const Book = defineOperation({
  ...about,
  name: 'book',
  description: 'Books something',
  input: BookInput,
  output: Booking,
});
const Unbook = defineOperation({
  ...about,
  name: 'unbook',
  description: 'Gives a booking back',
  input: Booking,
  output: Done,
});
const Pay = defineOperation({ ...about, name: 'pay', description: 'Pays', input: PayInput, output: Done });

@Controller()
class Travel {
  @Operation(Book) book({ what }: BookInput): Booking {
    console.log(`  booked: ${what}`);
    return { bookingId: `${what}-1` };
  }

  @Operation(Unbook) unbook({ bookingId }: Booking): Done {
    console.log(`  given back: ${bookingId}`);
    return {};
  }

  @Operation(Pay) pay(_input: PayInput, run: OperationRun): Done {
    throw new TerminalError('bank/declined', `the card of ${run.actor.userId} was declined`);
  }
}

class NoInput {}
const unbook = task({ name: 'unbook', retries: 5, retryDelaySeconds: 1 }, Unbook);

const travel = flow(
  { name: 'example_travel', description: 'Books a journey, and pays at the end', input: NoInput },
  async (_input, ctx) => {
    // The undoing task takes what it needs, by the names of its fields, from the result and then from the input.
    await ctx.task(Book, { what: 'flight' }, { compensate: unbook });
    await ctx.task(Book, { what: 'hotel' }, { compensate: unbook });
    await ctx.signal('pay');
    await ctx.task(Pay, {});
    return 'have a good journey';
  },
);

const service = { contracts: [Book, Unbook, Pay], controller: Travel };
await runExample({ service, flows: [travel] }, async ({ client, log, me, redeploy }) => {
  const { runId } = await client.start('example_travel', {}, { actor: me });
  await reached(log, runId, 'SignalAwaited');
  await redeploy(); // what is to be undone is in the log, not in a process
  await client.signal(runId, 'pay', null, { actor: me });

  const end = await client.result(runId);
  console.log(end.status === 'failed' ? `${end.status}: ${end.error.message}` : end.status);
  for (const { number, kind, name, state, compensates, undone } of (await client.describe(runId)).steps)
    console.log(
      `step ${number}: ${kind} ${name} ${state}${undone ? ', undone' : ''}${compensates ? `, undoes step ${compensates}` : ''}`,
    );
});

/* It prints:

  booked: flight
  booked: hotel
  given back: hotel-1
  given back: flight-1
failed: task pay (step 4) failed after 1 attempt: the card of local was declined
step 1: task book succeeded, undone
step 2: task book succeeded, undone
step 3: signal pay succeeded
step 4: task pay failed
step 5: compensation unbook succeeded, undoes step 2
step 6: compensation unbook succeeded, undoes step 1

*/
