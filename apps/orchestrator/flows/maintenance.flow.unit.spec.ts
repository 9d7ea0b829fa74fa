import { describe, expect, it } from '@jest/globals';
import { TerminalError } from '#libs/operations';
import { testEnvironment } from '#libs/flows/testing';
import { maintenance } from './maintenance.flow.js';

describe('maintenance', () => {
  it('sums up what each service removes, and names the one that could not', async () => {
    const asked: object[] = [];
    const env = await testEnvironment({
      flows: [maintenance],
      operations: {
        clean_applier: (input: object) => {
          asked.push(input);
          return { success: true, notifications: 3, testApplications: 0, dryRun: false };
        },
        clean_documents: () => {
          throw new TerminalError('documents/applications-unknown', 'nobody knows what is in use');
        },
        clean_scraper: {
          success: true,
          pages: 7,
          jobs: 2,
          unsure: 4,
          message: 'four jobs stay: nobody knows',
        },
      },
    });
    const run = await env.start(maintenance, { cleanupDays: 10 });
    expect(await run.result()).toEqual({
      success: false,
      removed: { notifications: 3, testApplications: 0, pages: 7, jobs: 2 },
      failures: [
        'clean_documents: nobody knows what is in use',
        'clean_scraper: four jobs stay: nobody knows',
      ],
    });
    expect(asked).toEqual([{ olderThanDays: 10 }]);
    await env.close();
  });
});
