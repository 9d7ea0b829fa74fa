import { expect, it } from '@jest/globals';
import { SimulatedRun } from '#libs/flows/testing';
import { scrapeStepstoneJobs } from './scrape-stepstone-jobs.flow.js';

const input = { keywords: ['rust', 'go'], limit: 50, fetchDetails: true, dryRun: false };
const found = (jobIds: string[]) => ({ success: true, jobsCreated: jobIds.length, jobIds, message: null });
const failed = {
  success: false,
  jobsCreated: 0,
  jobIds: [],
  message: 'blocked: the page asks for a captcha',
};

it('searches StepStone for each keyword, and goes on where one search fails', async () => {
  const run = new SimulatedRun(scrapeStepstoneJobs);
  await run.start(input);
  expect([1, 2].map((step) => run.task(step))).toMatchObject([
    { task: 'scrape_stepstone', input: { query: { keywords: ['rust'] }, limit: 50 } },
    { task: 'scrape_stepstone', input: { query: { keywords: ['go'] }, limit: 50 } },
  ]);
  await run.succeed(1, found(['a', 'b']));
  await run.succeed(2, failed);
  expect(run.decisions.at(-1)).toMatchObject({
    type: 'FlowCompleted',
    result: {
      source: 'stepstone',
      success: true,
      jobsCreated: 2,
      jobIds: ['a', 'b'],
      message: failed.message,
    },
  });
});

it('fails with the reason where no search comes through', async () => {
  const run = new SimulatedRun(scrapeStepstoneJobs);
  await run.start({ ...input, keywords: ['rust'] });
  await run.succeed(1, failed);
  expect(run.decisions.at(-1)).toMatchObject({
    type: 'FlowFailed',
    error: { message: `StepStone could not be searched: ${failed.message}` },
  });
});
