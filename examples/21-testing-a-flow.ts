// Testing flows: as a specification, in a world with its own clock, against recorded runs. See docs/guides/testing-flows.md.
import 'reflect-metadata';
import { IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation } from '#libs/operations';
import {
  asksForApproval,
  completes,
  given,
  replay,
  started,
  taskSucceeds,
  testEnvironment,
  timePasses,
  type PlayedRun,
} from '#libs/flows/testing';

class Question {
  @IsString() subject: string;
}
class Offer {
  @IsString() text: string;
}

const WriteOffer = defineOperation({
  name: 'write_offer',
  service: 'example_offers',
  category: 'examples',
  stage: 'transform',
  description: 'Writes an offer',
  input: Question,
  output: Offer,
});

const writeOffer = task({ name: 'write_offer', retries: 2, retryDelaySeconds: 3_600 }, WriteOffer);

const makeOffer = flow(
  { name: 'example_offer', description: 'Writes an offer, and asks for a yes', input: Question },
  async ({ subject }, ctx) => {
    const { text } = await ctx.task(writeOffer, { subject });
    const week = 7 * 24 * 3_600;
    const { approved, by } = await ctx.approval(
      'send',
      { text },
      { deadlineSeconds: week, otherwise: 'declined' },
    );
    return approved ? `sent: ${text}` : `kept back by ${by?.userId ?? 'nobody in a week'}`;
  },
);

/** The same name and version, but it asks before it writes. */
const asksFirst = flow(makeOffer.contract, async ({ subject }, ctx) => {
  const { approved } = await ctx.approval('send', { subject });
  return approved ? (await ctx.task(writeOffer, { subject })).text : 'kept back';
});

// A specification: what has happened, what comes, what is decided then. It needs nothing else, not even a clock.
const written = given(
  makeOffer,
  started({ subject: 'a shed' }),
  taskSucceeds('write_offer', { text: 'A shed' }),
);
await written.when(timePasses(7 * 24 * 3_600)).thenDecides(completes('kept back by nobody in a week'));
console.log('after a week without an answer it ends');

// One that does not hold says what was decided.
await given(makeOffer, started({ subject: 'a shed' }))
  .when(taskSucceeds('write_offer', { text: 'A shed' }))
  .thenDecides(asksForApproval('send'))
  .catch((error: Error) => console.log(error.message));

// A world in memory: the real orchestrator, services that are played, a clock that leaps.
const world = await testEnvironment({
  flows: [makeOffer],
  operations: {
    write_offer: ({ subject }: Question, { attempt }: PlayedRun): Offer => {
      console.log(`  attempt ${attempt} at ${world.now().toISOString()}`);
      if (attempt === 1) throw new Error('no paper');
      return { text: `An offer for ${subject}` };
    },
  },
  startAt: new Date('2026-03-02T09:00:00Z'),
});
try {
  const first = await world.start(makeOffer, { subject: 'a shed' });
  console.log(await first.result(), 'at', world.now().toISOString());

  const second = await world.start(makeOffer, { subject: 'a roof' });
  await world.advance(3_600);
  await second.approve('send', { userId: 'chief' });
  console.log(await second.result());

  // A recorded run: what `jobhunter flow-run export` writes, too.
  const recorded = await second.export();
  const { missing, ended } = await replay(makeOffer, recorded);
  console.log(`the code of today replays it: ended ${ended}, ${missing.length} new decisions`);
  await replay(asksFirst, recorded).catch((error: Error & { difference: string }) =>
    console.log(error.difference),
  );
} finally {
  await world.close();
}

/* It prints:

after a week without an answer it ends
Decision 1: type is "TimerScheduled", expected "ApprovalRequested".
It decided:
  1  timer approval-2 (approval-deadline)
  2  approval send (step 2)
  attempt 1 at 2026-03-02T09:00:00.000Z
  attempt 2 at 2026-03-02T10:00:00.000Z
kept back by nobody in a week at 2026-03-09T10:00:00.000Z
  attempt 1 at 2026-03-09T10:00:00.000Z
  attempt 2 at 2026-03-09T11:00:00.000Z
sent: An offer for a roof
the code of today replays it: ended true, 0 new decisions
    1  the start of example_offer version 1
  - 2  task write_offer (operation example_offers.write_offer, step 1, attempt 1)   (in the log)
  + 2  approval send (step 1)   (asked for by the code)
    3  timer task-retry-1-2 (task-retry)   (in the log)
    4  task write_offer (operation example_offers.write_offer, step 1, attempt 2)   (in the log)

*/
